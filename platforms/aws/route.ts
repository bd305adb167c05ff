import { DriftError } from '../../contract/errors.js';
import { isDark, type RouteCondition } from '../../contract/aws-route.js';
import { describeWeights, sameWeights, type Weights } from '../../contract/weights.js';
import type { Reading } from '../../pipeline/ports/traffic.js';
import type { AlbRule } from './alb-api.js';
import { percentOf, type TargetGroups } from './alb-weights.js';

/** A routed service as the environment's outputs describe it. */
export interface Route {
  readonly service: string;
  readonly ruleArn: string;
  readonly targetGroups: TargetGroups;
  /** When users get it, and while it is dark. */
  readonly conditions: { readonly open: readonly RouteCondition[]; readonly dark: readonly RouteCondition[] };
}

/** Throws DriftError when a rule is gone, or does what no run ever wrote. */
export function readingOf(routes: readonly Route[], rules: readonly AlbRule[]): Reading {
  const dark: string[] = [];
  const services: Record<string, Weights> = {};
  for (const route of routes) {
    const rule = rules.find((candidate) => candidate.arn === route.ruleArn);
    if (!rule) {
      throw new DriftError(`service ${route.service}: its listener rule ${route.ruleArn} does not exist any more`, {
        hint: 'run `pulumi up --refresh` on the environment, which creates it again, dark',
      });
    }
    if (isDark(rule.conditions)) dark.push(route.service);
    else services[route.service] = weightsOf(route, rule);
  }
  return { services, weights: sharedWeights(Object.values(services)), dark, token: 0 };
}

function weightsOf(route: Route, rule: AlbRule): Weights {
  const weights = percentOf(route.targetGroups, rule.forward);
  if (weights) return weights;
  const found = rule.forward?.map((target) => `${target.targetGroupArn} ${target.weight}`).join(', ') ?? 'no forward';
  throw new DriftError(
    `service ${route.service}: its rule was edited by hand; it has ${found}, not its blue and green`,
    {
      hint: 'a rollback writes the rule anew; so does a deploy once somebody put it back',
    },
  );
}

function sharedWeights(all: readonly Weights[]): Weights | undefined {
  const first = all[0];
  return first && all.every((weights) => sameWeights(weights, first)) ? first : undefined;
}

export function describeReading(reading: Reading): string {
  const services = Object.entries(reading.services).map(([name, weights]) => `${name} ${describeWeights(weights)}`);
  return services.length === 0 ? 'no open route' : services.join(', ');
}
