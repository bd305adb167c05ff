import { describeDuration } from '../../contract/duration.js';
import { failed } from '../traffic-log.js';
import type { Scene } from './scene.js';
import { answeringFact, failureFact, outcomeFact } from './facts.js';

/** Release 3: bad under real traffic only. */
export const failingRelease: Scene = {
  title: 'A release that fails under real traffic',
  happens:
    'Release 3.0.0 forgets every twentieth customer. Its health checks and smoke checks are fine; only real users ' +
    'meet the error.',
  watch: 'It is caught at 10 %, the traffic goes back by itself, and the same release is refused from then on.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { ended, log } = await stage.perform('deploy 3.0.0', [
      'deploy',
      'local',
      '3.0.0',
      '--because',
      'loyalty discounts',
    ]);
    outcomeFact(stage, ended, log, { code: 4, outcome: 'rolled-back' });
    const failure = log.last('failed')?.failure.message ?? 'nothing failed';
    stage.fact(failure.includes('error rate'), `it went back because: ${failure}`);
    stage.fact(log.shares().join() === '10', `it never got more than ${Math.max(0, ...log.shares())} % of the traffic`);
    await answeringFact(stage, '2.0.0 in green');
    await failureFact(stage, from, ['3.0.0']);
    const bad = stage.traffic.since(from, ({ version }) => version === '3.0.0');
    stage.fact(failed(bad) > 0, `the release itself failed ${failed(bad)} of the ${bad.requests} requests that it got`);
    const decided = log.last('turned')?.at ?? 0;
    const back = log.last('ended')?.backMilliseconds ?? Number.POSITIVE_INFINITY;
    const trailing = Math.max(0, (bad.lastBegan ?? 0) - decided);
    stage.fact(
      back < 1_000 && trailing < 1_000,
      `from the decision to all traffic back: ${describeDuration(back)}; its last request began ${describeDuration(trailing)} after the decision`,
    );
    const again = await stage.perform('deploy 3.0.0 again', ['deploy', 'local', '3.0.0', '--because', 'once more']);
    outcomeFact(stage, again.ended, again.log, { code: 3, outcome: 'refused' });
  },
};
