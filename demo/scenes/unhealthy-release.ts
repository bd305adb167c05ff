import type { Scene } from './scene.js';
import { answeringFact, failureFact, outcomeFact } from './facts.js';

/** Release 5: never becomes healthy. */
export const unhealthyRelease: Scene = {
  title: 'A release that never becomes healthy',
  happens: 'Release 5.0.0 starts, and its health check says no for ever.',
  watch: 'It gets no traffic at all.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { ended, log } = await stage.perform('deploy 5.0.0', [
      'deploy',
      'local',
      '5.0.0',
      '--because',
      'new framework',
    ]);
    outcomeFact(stage, ended, log, { code: 4, outcome: 'rolled-back' });
    stage.fact(
      log.shares().length === 0 && log.count('began', 'shift-10') === 0,
      'no share of the traffic was ever moved',
    );
    await failureFact(stage, from);
    const met = stage.traffic.since(from, ({ version }) => version === '5.0.0').requests;
    stage.fact(met === 0, `${met} users met it`);
    await answeringFact(stage, '2.0.0 in green');
  },
};
