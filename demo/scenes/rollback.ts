import { describeDuration } from '../../contract/duration.js';
import type { Scene } from './scene.js';
import { answeringFact, failureFact, outcomeFact } from './facts.js';

/** A person changes their mind after the release. */
export const rollback: Scene = {
  title: 'A person goes back',
  happens: 'Release 6.0.0 is live and nothing measured is wrong with it, but somebody on call does not like it.',
  watch: 'One command, one call to the balancer: it needs neither Pulumi nor the database.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { ended, log } = await stage.perform('rollback', ['rollback', 'local', '--because', 'support has doubts']);
    outcomeFact(stage, ended, log, { code: 0, outcome: 'completed' });
    await answeringFact(stage, '2.0.0 in green');
    await failureFact(stage, from);
    const last = stage.traffic.since(from, ({ version }) => version === '6.0.0').lastBegan ?? 0;
    const planned = log.last('planned')?.at ?? 0;
    stage.fact(
      last - planned < 1_000,
      `the last user met 6.0.0 ${describeDuration(Math.max(0, last - planned))} after the run began`,
    );
  },
};
