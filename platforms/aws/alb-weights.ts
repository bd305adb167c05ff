import { RefusedError } from '../../contract/errors.js';
import { describeWeights, type Weights } from '../../contract/weights.js';
import type { AlbTarget } from './alb-api.js';

export interface TargetGroups {
  readonly blue: string;
  readonly green: string;
}

const largest = 999;
const scales = [1, 2, 4, 5, 10];

/** Percent as the whole numbers up to 999 that a rule takes. Throws RefusedError for shares finer than a tenth of a percent. */
export function albTargets(groups: TargetGroups, weights: Weights): readonly AlbTarget[] {
  const scale = scales.find((factor) => [weights.blue, weights.green].every((percent) => fits(percent * factor)));
  if (scale === undefined) {
    throw new RefusedError(`${describeWeights(weights)}: a load balancer on AWS divides no finer than 0.1 %`);
  }
  return [
    { targetGroupArn: groups.blue, weight: Math.round(weights.blue * scale) },
    { targetGroupArn: groups.green, weight: Math.round(weights.green * scale) },
  ];
}

/** Undefined when the rule forwards to something else than exactly these two groups, or to nobody. */
export function percentOf(groups: TargetGroups, forward: readonly AlbTarget[] | undefined): Weights | undefined {
  if (forward?.length !== 2) return undefined;
  const blue = forward.find((target) => target.targetGroupArn === groups.blue)?.weight;
  const green = forward.find((target) => target.targetGroupArn === groups.green)?.weight;
  if (blue === undefined || green === undefined || blue + green === 0) return undefined;
  const percent = Number(((100 * blue) / (blue + green)).toFixed(4));
  return { blue: percent, green: Number((100 - percent).toFixed(4)) };
}

function fits(weight: number): boolean {
  return Math.abs(weight - Math.round(weight)) < 1e-6 && Math.round(weight) <= largest;
}
