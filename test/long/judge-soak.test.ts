import { expect } from 'chai';
import type { PlannedRules } from '../../contract/plan.js';
import { Watch } from '../../pipeline/analysis/watch.js';
import { asking } from '../support/observed.js';
import { rollOut } from '../support/rollout.js';
import type { Behaviour, Traffic } from '../support/simulated-traffic.js';

const rollouts = 500;
const secondsPerShare = 200;
/** Margins so small that only the tests keep healthy slots from a no. */
const limits: Partial<PlannedRules['limits']> = {
  errorPercent: { pass: 0.2, fail: 0.3, failWorseByPercent: 1 },
  p50Milliseconds: { failWorseByPercent: 1 },
  p95Milliseconds: { failWorseByPercent: 1 },
  p99Milliseconds: { failWorseByPercent: 1 },
};
const wide = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Whole rollouts of equal slots over 10, 50 and 100 %, each share watched second by second with counters of its own. */
function falseAlarms(behaviour: Behaviour, traffic: Pick<Traffic, 'requestsPerSecond' | 'bounds'>): number {
  let alarms = 0;
  for (let rollout = 0; rollout < rollouts; rollout += 1) {
    const alarmed = [10, 50, 100].some((percent) => {
      const request = asking(limits, {}, { from: percent === 100 ? null : 'blue' });
      const watch = new Watch(request);
      const seed = 15_485_863 * (rollout + 1) + percent;
      return (
        rollOut(
          { ...traffic, percent, seed, green: behaviour, blue: behaviour },
          request,
          secondsPerShare,
          (observation) => watch.look(observation),
        ).stopped !== undefined
      );
    });
    if (alarmed) alarms += 1;
  }
  return alarms / rollouts;
}

const cases = [
  { requestsPerSecond: 1, spread: 1, buckets: 'narrow' },
  { requestsPerSecond: 10, spread: 1, buckets: 'narrow' },
  { requestsPerSecond: 100, spread: 1, buckets: 'narrow' },
  { requestsPerSecond: 100, spread: 0.3, buckets: 'wide' },
] as const;

describe(`${rollouts} rollouts of equal slots`, function () {
  this.timeout(1_800_000);

  for (const { requestsPerSecond, spread, buckets } of cases) {
    it(`at ${requestsPerSecond} / s, latencies spread by ${spread}, ${buckets} buckets: at most 1 % are turned back`, () => {
      const behaviour = { errorPercent: 0.2, latency: { medianMilliseconds: 40, spread } };
      const bounds = buckets === 'wide' ? { bounds: wide } : {};
      expect(falseAlarms(behaviour, { requestsPerSecond, ...bounds })).to.be.at.most(0.01);
    });
  }
});
