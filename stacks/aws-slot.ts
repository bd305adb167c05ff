import * as pulumi from '@pulumi/pulumi';
import { SlotGuard } from '../components/aws/slot-guard.js';
import { SlotService } from '../components/aws/slot-service.js';
import { slotPrefix } from '../contract/aws-names.js';
import type { Colour } from '../contract/colour.js';
import { ConfigurationError } from '../contract/errors.js';
import type { GuardedSlot } from '../contract/guarded-slot.js';
import type { AwsOutputs, SlotOutputs } from '../contract/outputs.js';
import { backgroundNames, type Services } from '../contract/service.js';
import type { SlotInput } from '../contract/slot-input.js';
import { awsProvider } from './aws-provider.js';
import type { Unresolved } from './unresolved.js';

export function awsSlot(options: {
  readonly environment: AwsOutputs;
  readonly colour: Colour;
  readonly input: SlotInput;
  readonly services: Services;
}): Unresolved<SlotOutputs> {
  const { environment, colour, input, services } = options;
  checkServices(environment, input, services);
  const name = slotPrefix(environment.cluster.name, colour);
  const provider = awsProvider(name, { ...environment, tags: { ...environment.tags, 'crossfade:slot': colour } });
  const made = Object.entries(services).map(([service, definition]) => {
    const args = { environment, colour, service, definition, input };
    return [service, new SlotService(`${name}-${service}`, args, { provider })] as const;
  });
  const dependsOn = made.map(([, component]) => component);
  new SlotGuard(`${name}-guard`, guardedSlot(environment, colour, services), { dependsOn });
  // What the stack says stands there must wait until it does: else a failed up would leave the next release's name.
  const arns = made.map(([service, { serviceArn }]) => [service, serviceArn] as const);
  const standing = pulumi.all(arns.map(([, arn]) => arn));
  return {
    format: 1,
    platform: 'aws',
    environment: environment.environment,
    colour,
    input: standing.apply(() => input),
    services: standing.apply(() => services),
    handles: pulumi.all(Object.fromEntries(arns)),
  };
}

function guardedSlot(environment: AwsOutputs, colour: Colour, services: Services): GuardedSlot {
  const { accountId, region, endpoint, balancer, cluster, routes } = environment;
  return {
    environment: environment.environment,
    accountId,
    region,
    endpoint,
    colour,
    clusterArn: cluster.arn,
    metricDimension: balancer.metricDimension,
    maintenanceRuleArn: balancer.maintenanceRuleArn,
    routes: Object.entries(routes).map(([service, { ruleArn, targetGroups }]) => ({
      service,
      ruleArn,
      targetGroupArn: targetGroups[colour],
    })),
    background: [...backgroundNames(services)],
  };
}

function checkServices(environment: AwsOutputs, { release }: SlotInput, services: Services): void {
  for (const [name, service] of Object.entries(services)) {
    if (!release.artifacts[name]) throw new ConfigurationError(`release ${release.version} has no artifact of ${name}`);
    if (service.kind !== 'routed' || environment.routes[name]) continue;
    throw new ConfigurationError(`service ${name} has no route in ${environment.environment}`, {
      hint: `run 'pulumi up -s ${environment.environment}' first: it makes one, dark`,
    });
  }
}
