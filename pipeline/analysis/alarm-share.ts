import type { JudgementRequest } from './judgement-request.js';

/**
 * The probability of a false alarm that each single test may have, 0 to 1: the rules' `falseAlarmPercent` is for the
 * whole run, so it is divided evenly by services, tests per service and shares of traffic (Bonferroni).
 */
export function alarmShare({ services, rules }: Pick<JudgementRequest, 'services' | 'rules'>): number {
  const tests = Object.values(rules.limits).reduce(
    (sum, limit) => sum + (limit.fail === undefined ? 0 : 1) + (limit.failWorseByPercent === undefined ? 0 : 1),
    0,
  );
  return (
    rules.falseAlarmPercent /
    100 /
    (Math.max(1, services.length) * Math.max(1, tests) * Math.max(1, rules.weights.length))
  );
}
