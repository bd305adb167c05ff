import type * as pulumi from '@pulumi/pulumi';
import { rehearsalPriorities } from '../components/aws/route-priority.js';
import { RehearsalRoute } from '../components/aws/rehearsal-route.js';
import type { EncryptionKey } from '../components/aws/encryption-key.js';
import { Secret } from '../components/aws/secret.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import type { AwsOutputs } from '../contract/outputs.js';
import type { RoutedService } from '../contract/service.js';
import { routedServices } from './aws-routes.js';

export interface AwsRehearsal {
  readonly loginSecretArn: pulumi.Output<string>;
  readonly routes: Readonly<
    Record<string, { readonly targetGroupArn: pulumi.Output<string>; readonly priority: number }>
  >;
}

/** What rehearsals of migrations need to stand; null where there is no database of ours, or it is switched off. */
export function awsRehearsal(
  name: string,
  around: {
    readonly configuration: AwsConfiguration;
    /** Routed services that are no longer configured, and whose routes stand. */
    readonly former: Readonly<Record<string, RoutedService>>;
    readonly vpcId: pulumi.Input<string>;
    readonly testListenerArn: pulumi.Input<string>;
    readonly key: EncryptionKey;
    readonly last: AwsOutputs | undefined;
  },
  opts: pulumi.ComponentResourceOptions,
): AwsRehearsal | null {
  const { configuration, former, vpcId, testListenerArn, key, last } = around;
  const { database, protect } = configuration;
  if (database?.kind !== 'create' || !database.rehearsals) return null;
  const description = `The application's login at a copy on which migrations of ${name} are rehearsed`;
  const login = new Secret(`${name}-rehearsal`, { description, keyArn: key.arn, protect, value: undefined }, opts);
  const services = { ...former, ...routedServices(configuration.services) };
  const places = Object.entries(last?.database?.rehearsal?.routes ?? {}).map(([service, at]) => [service, at.priority]);
  const priorities = rehearsalPriorities(Object.keys(services), Object.fromEntries(places) as Record<string, number>);
  const routes = Object.entries(services).map(([service, definition]) => {
    const priority = priorities[service] ?? 0;
    const wanted = { service, definition, vpcId, testListenerArn, priority };
    const route = new RehearsalRoute(
      `${name}-${service}`,
      // As with its route: of a former service nothing is protected, so that it can be dropped.
      { ...wanted, protect: protect && service in configuration.services },
      opts,
    );
    return [service, { targetGroupArn: route.targetGroupArn, priority }] as const;
  });
  return { loginSecretArn: login.arn, routes: Object.fromEntries(routes) };
}
