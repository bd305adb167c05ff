import type { Scene } from './scene.js';
import { outcomeFact } from './facts.js';

/** Release 1, before there is anybody to serve. */
export const firstRelease: Scene = {
  title: 'The first release',
  happens: 'Release 1.0.0 goes into the blue slot. There is no live slot yet, so it gets all the traffic at once.',
  watch: 'The database is migrated, the slot is provisioned and checked, the routes are opened.',
  async play(stage) {
    const { ended, log } = await stage.perform('deploy 1.0.0', [
      'deploy',
      'local',
      '1.0.0',
      '--because',
      'the first release',
    ]);
    outcomeFact(stage, ended, log, { code: 0, outcome: 'completed' });
    stage.fact(log.last('ended')?.live === 'blue', `${log.last('ended')?.live ?? 'no slot'} is live`);
  },
};
