import { describeDuration, seconds, type Duration } from '../../contract/duration.js';
import type { PlannedRules } from '../../contract/plan.js';
import { requestsNeeded } from './requests-needed.js';

export interface Pace {
  /** Of the slot under judgement. */
  readonly requests: number;
  /** Of both slots. */
  readonly requestsPerSecond: number;
  /** The slot's share. */
  readonly percent: number;
}

/** How long a share is watched until so many requests were seen; undefined without traffic. */
export function timeToDecide({ requests, requestsPerSecond, percent }: Pace): Duration | undefined {
  const pace = (requestsPerSecond * percent) / 100;
  return pace > 0 && Number.isFinite(pace) ? seconds(requests / pace) : undefined;
}

/** Such as `about 11 min at 10 %`. */
export function describeTimeToDecide(pace: Pace): string {
  const time = timeToDecide(pace);
  return time === undefined
    ? `never at ${pace.percent} %: no traffic`
    : `about ${describeDuration(time)} at ${pace.percent} %`;
}

/** Requests of the slot that it takes to tell `pass` from `fail` 9 times out of 10, and the minimum at least. */
export function requestsToDecide(
  rules: Pick<PlannedRules, 'limits' | 'minimumRequests' | 'falseAlarmPercent'>,
): number {
  const { pass, fail } = rules.limits.errorPercent;
  if (pass === undefined || fail === undefined) return rules.minimumRequests;
  const needed = requestsNeeded({
    fromPercent: pass,
    toPercent: fail,
    alpha: rules.falseAlarmPercent / 100,
    power: 0.9,
  });
  return Math.max(rules.minimumRequests, needed ?? 0);
}
