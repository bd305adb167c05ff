import type { Scene } from './scene.js';
import { answeringFact, failureFact, outcomeFact } from './facts.js';

/** Release 2: everything that a good release goes through. */
export const goodRelease: Scene = {
  title: 'A good release',
  happens:
    'Release 2.0.0 goes into the idle slot: the database is backed up and the backup tried, a migration runs, the ' +
    'slot is provisioned by Pulumi, warmed up and checked where users cannot see it. Then it gets 10, 50 and 100 % ' +
    'of the traffic, judged against the live slot at each share, and the queue worker changes slots.',
  watch: 'Not one request fails, and the slot that was live keeps standing, ready to go back to.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { ended, log } = await stage.perform('deploy 2.0.0', [
      'deploy',
      'local',
      '2.0.0',
      '--because',
      'orders get a currency',
    ]);
    outcomeFact(stage, ended, log, { code: 0, outcome: 'completed' });
    stage.fact(
      log.shares().join(' → ') === '10 → 50 → 100',
      `the release got ${log.shares().join(' → ')} % of the traffic`,
    );
    const done = (step: string): boolean => log.count('passed', step) === 1;
    stage.fact(
      done('back-up') && done('verify-backup') && done('migrate'),
      'the backup was tried and the migration is in',
    );
    await answeringFact(stage, '2.0.0 in green');
    await failureFact(stage, from);
  },
};
