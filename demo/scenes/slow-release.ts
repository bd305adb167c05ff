import type { Scene } from './scene.js';
import { answeringFact, failureFact, outcomeFact } from './facts.js';

/** Release 4: no errors, but slow. */
export const slowRelease: Scene = {
  title: 'A release that is slow',
  happens: 'Release 4.0.0 answers correctly and takes 60 % longer.',
  watch: 'The same end for another reason: its latency, compared with the live slot over the same seconds.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { ended, log } = await stage.perform('deploy 4.0.0', ['deploy', 'local', '4.0.0', '--because', 'new report']);
    outcomeFact(stage, ended, log, { code: 4, outcome: 'rolled-back' });
    const failure = log.last('failed')?.failure.message ?? 'nothing failed';
    stage.fact(failure.includes('p95'), `it went back because: ${failure}`);
    stage.fact(log.shares().join() === '10', `it never got more than ${Math.max(0, ...log.shares())} % of the traffic`);
    await answeringFact(stage, '2.0.0 in green');
    await failureFact(stage, from);
  },
};
