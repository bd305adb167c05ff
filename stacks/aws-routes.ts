import type * as pulumi from '@pulumi/pulumi';
import { routePriorities } from '../components/aws/route-priority.js';
import { Route } from '../components/aws/route.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import type { AwsOutputs } from '../contract/outputs.js';
import type { RoutedService, Service } from '../contract/service.js';
import type { Unresolved } from './unresolved.js';

export interface AwsRoutes {
  readonly routes: Readonly<Record<string, Route>>;
  readonly outputs: Record<string, Unresolved<AwsOutputs['routes'][string]>>;
  readonly former: Readonly<Record<string, RoutedService>>;
}

interface Listeners {
  readonly listenerArn: pulumi.Input<string>;
  readonly testListenerArn: pulumi.Input<string>;
}

type LastRoutes = Pick<AwsOutputs, 'services' | 'formerServices' | 'routes'>;

/** A route per routed service; that of a service which is no longer configured stands until it is dropped by name. */
export function awsRoutes(
  name: string,
  options: {
    readonly configuration: AwsConfiguration;
    readonly balancer: Listeners;
    readonly vpcId: pulumi.Input<string>;
    readonly last: LastRoutes | undefined;
  },
  opts: pulumi.ComponentResourceOptions,
): AwsRoutes {
  const { configuration, balancer, vpcId, last } = options;
  const current = routedServices(configuration.services);
  const former = formerServices(configuration, last);
  const services = { ...former, ...current };
  const lastPriorities = Object.entries(last?.routes ?? {}).map(([service, route]) => [service, route.priority]);
  const priorities = routePriorities(services, Object.fromEntries(lastPriorities) as Record<string, number>);
  const routes: Record<string, Route> = {};
  const outputs: AwsRoutes['outputs'] = {};
  for (const [service, definition] of Object.entries(services)) {
    const priority = priorities[service] ?? 0;
    const route = new Route(
      `${name}-${service}`,
      {
        service: definition,
        vpcId,
        listenerArn: balancer.listenerArn,
        testListenerArn: balancer.testListenerArn,
        priority,
        slowStart: configuration.balancer.slowStart,
        stickyFor: configuration.balancer.stickyFor,
        // Of a former service nothing is protected, so that it can be dropped.
        protect: configuration.protect && service in current,
      },
      opts,
    );
    routes[service] = route;
    outputs[service] = {
      path: definition.path,
      host: definition.host ?? null,
      ruleArn: route.ruleArn,
      targetGroups: route.targetGroups,
      metricDimensions: route.metricDimensions,
      testRules: route.testRules,
      priority,
    };
  }
  return { routes, outputs, former };
}

/** Those that users reach. */
export function routedServices(services: Readonly<Record<string, Service>>): Record<string, RoutedService> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, service]) => (service.kind === 'routed' ? [[name, service]] : [])),
  );
}

function formerServices(
  { services, droppedRoutes }: AwsConfiguration,
  last: LastRoutes | undefined,
): Record<string, RoutedService> {
  const known = Object.entries(routedServices({ ...last?.formerServices, ...last?.services }));
  return Object.fromEntries(known.filter(([name]) => !(name in services) && !droppedRoutes.includes(name)));
}
