import { parseArgs } from 'node:util';
import { readOutputs } from '../journal/outputs.js';
import { clean } from './clean.js';
import { startLoad, type RunningLoad } from './load/start-load.js';
import { place } from './place.js';
import { endPrograms } from './run-crossfade.js';
import { deadRunner, resumedRunner } from './scenes/killed-runner.js';
import { failingRelease } from './scenes/failing-release.js';
import { firstRelease } from './scenes/first-release.js';
import { goodRelease } from './scenes/good-release.js';
import { rollback } from './scenes/rollback.js';
import type { Scene } from './scenes/scene.js';
import { slowRelease } from './scenes/slow-release.js';
import { unhealthyRelease } from './scenes/unhealthy-release.js';
import { Screen } from './screen.js';
import { setUp } from './set-up.js';
import { Stage } from './stage.js';
import { minutesAndSeconds } from './minutes-and-seconds.js';
import { farewell, summarise } from './summary.js';
import { trafficLine } from './traffic-line.js';

const perSecond = 300;
const scenes = [goodRelease, failingRelease, slowRelease, unhealthyRelease, deadRunner, resumedRunner, rollback];

const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, clean: { type: 'boolean', default: false } },
});
const screen = new Screen();
const stage = new Stage(screen);
let load: RunningLoad | undefined;
let stopping = false;
let finishing: Promise<void> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void giveUp());

if (values.clean) {
  await clean();
  screen.line('Every trace of the demo is removed.');
} else {
  await demonstrate();
}

async function demonstrate(): Promise<void> {
  screen.line('Crossfade: a small shop in two slots on this machine, with the real Pulumi engine, a real PostgreSQL');
  screen.line(`and ${perSecond} requests a second that never stop. To type along, in another terminal:`);
  screen.line();
  screen.line(`  cd ${place.project}; alias crossfade='node ../../bin/crossfade.js'`);
  try {
    await clean();
    await setUp(stage);
    const began = performance.now();
    await play(firstRelease, 0);
    load = await liveLoad();
    for (const [index, scene] of scenes.entries()) await play(scene, index + 1);
    const report = await summarise(stage, await load.stop());
    screen.status('');
    farewell(stage, { report, seconds: (performance.now() - began) / 1_000, keep: values.keep });
  } catch (error) {
    if (stopping) return;
    screen.status('');
    stage.fact(false, error instanceof Error ? error.message : String(error));
  } finally {
    if (!stopping) await (finishing = finish());
  }
}

async function play(scene: Scene, number: number): Promise<void> {
  screen.title(number === 0 ? scene.title : `${number} · ${scene.title}`, minutesAndSeconds(performance.now()));
  screen.explain('what', scene.happens);
  screen.explain('watch', scene.watch);
  await scene.play(stage);
}

async function liveLoad(): Promise<RunningLoad> {
  const outputs = await readOutputs(stage.store, place.environment);
  if (outputs.platform !== 'local') throw new Error('the demo is about the local platform');
  stage.url = outputs.balancer.url;
  const started = startLoad({
    url: stage.url,
    perSecond,
    onSecond: (second) => {
      stage.traffic.add(second);
      screen.status(trafficLine(second));
    },
  });
  await stage.traffic.next();
  return started;
}

async function finish(): Promise<void> {
  process.exitCode = stage.broken.length === 0 ? 0 : 1;
  await endPrograms();
  await load?.stop().catch(() => undefined);
  if (!values.keep) await clean({ keepReports: true });
}

/** Ctrl-C: everything that was started ends, and every trace goes. */
async function giveUp(): Promise<void> {
  if (stopping) return;
  stopping = true;
  screen.close('Stopping, and removing every trace …');
  await endPrograms();
  await load?.stop().catch(() => undefined);
  await finishing;
  await clean();
  process.exit(130);
}
