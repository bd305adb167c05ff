import { describeDuration } from '../../contract/duration.js';
import { runCrossfade } from '../run-crossfade.js';
import { readRun, untilBegun } from '../run-log.js';
import type { Stage } from '../stage.js';
import type { Scene } from './scene.js';
import { answeringFact, failureFact, outcomeFact } from './facts.js';

const reachesWithin = 180_000;
const deadline = 10_000;
/** What the balancer's timer and a second of the load's log may add. */
const tolerance = 2_500;

/** Release 6, killed at 10 %: nobody comes back in time. */
export const deadRunner: Scene = {
  title: 'The runner is killed, and nobody comes back',
  happens:
    'Release 6.0.0 is a good one. In the middle of 10 % its runner gets SIGKILL, as when a CI machine dies. Traffic ' +
    'is split and nobody is watching it.',
  watch:
    'The balancer itself has a dead-man’s switch: after 10 seconds without a sign of the run it takes the traffic ' +
    'back. Resuming after that finds out and ends the run.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { run, killedAt } = await killIn(stage, 'judge-10');
    const last = await lastRequestOf(stage, from, '6.0.0');
    const after = last - killedAt;
    stage.fact(
      after > 0 && after < deadline + tolerance,
      `the last user met 6.0.0 ${describeDuration(Math.max(0, after))} after the kill: the balancer went back by itself`,
    );
    await answeringFact(stage, '2.0.0 in green');
    await runCrossfade(stage.screen, ['status', 'local']);
    const ended = await runCrossfade(stage.screen, ['resume', 'local']);
    const log = await readRun(stage.store, run);
    outcomeFact(stage, ended, log, { code: 4, outcome: 'rolled-back' });
    stage.fact(log.last('fired') !== undefined, 'the journal says that the switch has fired');
    await failureFact(stage, from);
  },
};

/** Release 6 again, killed at 50 % and resumed at once. */
export const resumedRunner: Scene = {
  title: 'The runner is killed, and the run is resumed',
  happens: 'The same release again; this time the runner is killed at 50 %, and somebody types resume at once.',
  watch: 'The run goes on where it was, does nothing twice, and completes.',
  async play(stage) {
    const from = stage.traffic.seconds.length;
    const { run } = await killIn(stage, 'judge-50');
    const ended = await runCrossfade(stage.screen, ['resume', 'local']);
    const log = await readRun(stage.store, run);
    outcomeFact(stage, ended, log, { code: 0, outcome: 'completed' });
    const twice = log.events.filter(({ body }) => body.kind === 'passed' && log.count('passed', body.step) > 1);
    stage.fact(log.last('resumed') !== undefined && twice.length === 0, 'it was resumed, and no step was done twice');
    await answeringFact(stage, '6.0.0 in blue');
    await failureFact(stage, from);
  },
};

async function killIn(stage: Stage, step: string): Promise<{ run: string; killedAt: number }> {
  const words = ['deploy', 'local', '6.0.0', '--because', 'monthly release'];
  const { command, run } = await stage.begin('deploy 6.0.0', words);
  await untilBegun(stage.store, run, step, reachesWithin);
  await stage.traffic.next();
  command.kill('SIGKILL');
  const killedAt = Date.now();
  await command.ended;
  stage.screen.quote('(killed: SIGKILL)');
  return { run, killedAt };
}

/** Wall clock of the last request that began on this version, once a whole second had none. */
async function lastRequestOf(stage: Stage, from: number, version: string): Promise<number> {
  for (;;) {
    const second = await stage.traffic.next();
    if (!second.groups.some((group) => group.version === version)) break;
  }
  return stage.traffic.since(from, (group) => group.version === version).lastBegan ?? 0;
}
