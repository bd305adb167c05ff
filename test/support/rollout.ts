import type { Verdict } from '../../contract/verdict.js';
import type { JudgementRequest } from '../../pipeline/analysis/judgement-request.js';
import { judge } from '../../pipeline/analysis/judge.js';
import type { Observation } from '../../pipeline/ports/metrics.js';
import { SimulatedTraffic, type Traffic } from './simulated-traffic.js';

export interface Rollout {
  /** Requests of the slot and seconds at the first no; undefined: there was none. */
  readonly stopped: { readonly requests: number; readonly seconds: number; readonly verdict: Verdict } | undefined;
  /** The last answer. */
  readonly answer: Verdict['answer'];
}

/** Judges simulated traffic each second until a no, or until the time is over. */
export function rollOut(
  traffic: Traffic,
  request: JudgementRequest,
  seconds: number,
  look: (observation: Observation) => Verdict = (observation) => judge(observation, request),
): Rollout {
  const simulated = new SimulatedTraffic(traffic);
  let answer: Verdict['answer'] = 'unknown';
  for (let second = 1; second <= seconds; second += 1) {
    simulated.pass();
    const verdict = look(simulated.observation());
    answer = verdict.answer;
    if (answer === 'no') {
      return { stopped: { requests: simulated.green.requests, seconds: second, verdict }, answer };
    }
  }
  return { stopped: undefined, answer };
}

/** Runs it with seeds of its own. */
export function rollOuts(
  count: number,
  traffic: Omit<Traffic, 'seed'>,
  request: JudgementRequest,
  seconds: number,
): readonly Rollout[] {
  return Array.from({ length: count }, (_, index) =>
    rollOut({ ...traffic, seed: 7_919 * (index + 1) }, request, seconds),
  );
}

export function stoppedShare(rollouts: readonly Rollout[]): number {
  return rollouts.filter(({ stopped }) => stopped !== undefined).length / rollouts.length;
}

/** Of the requests that the slot had served at the no; Infinity where there was none. */
export function quantileOfRequests(rollouts: readonly Rollout[], share: number): number {
  const sorted = rollouts.map(({ stopped }) => stopped?.requests ?? Infinity).sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
