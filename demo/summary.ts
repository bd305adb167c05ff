import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDuration } from '../contract/duration.js';
import { readOutputs } from '../journal/outputs.js';
import { blame } from './load/blame.js';
import type { LoadSummary } from './load/lines.js';
import { liveSpans } from './live-spans.js';
import { minutesAndSeconds } from './minutes-and-seconds.js';
import { place } from './place.js';
import { runCrossfade, runQuietly } from './run-crossfade.js';
import { readRun } from './run-log.js';
import type { Stage } from './stage.js';
import { workDone } from './work-done.js';

const count = new Intl.NumberFormat('en');
const failingVersion = '3.0.0';

/** The end of the demo: what it comes to, proven where that is possible. Resolves to the report's path. */
export async function summarise(stage: Stage, load: LoadSummary): Promise<string> {
  const { screen } = stage;
  screen.title('What it comes to');
  await workFacts(stage);
  const { requests, byBadReleases, byTheSwitch } = blame(load, [failingVersion]);
  stage.fact(byTheSwitch === 0, `of ${count.format(requests)} requests the deployments failed ${byTheSwitch}`);
  for (const failure of load.failures.filter(({ version }) => version !== failingVersion).slice(0, 5)) {
    screen.quote(
      `${failure.method} ${failure.path} ${failure.reason} (${failure.version ?? 'nobody'} in ${failure.colour ?? 'no slot'})`,
    );
  }
  const file = await writeReports(stage);
  screen.line();
  screen.row('requests served', `${count.format(requests)} in ${describeDuration(load.seconds * 1_000)}`);
  screen.row('failed by a deployment', String(byTheSwitch));
  screen.row(`failed by release ${failingVersion} itself`, String(byBadReleases));
  await backRows(stage, load);
  screen.line();
  screen.line('  who was live when');
  const began = stage.traffic.seconds[0]?.at ?? 0;
  for (const { who, from, until, requests: served, beside } of liveSpans(stage.traffic.seconds)) {
    const others = Object.entries(beside).map(([other, percent]) => `${other} up to ${percent} %`);
    const told = others.length === 0 ? '' : `  beside it ${others.join(', ')}`;
    screen.row(
      `  ${minutesAndSeconds(from - began)} to ${minutesAndSeconds(until - began)}  ${who}`,
      `${count.format(served).padStart(7)} requests${told}`,
    );
  }
  return file;
}

async function workFacts(stage: Stage): Promise<void> {
  const outputs = await readOutputs(stage.store, place.environment);
  if (outputs.platform !== 'local' || outputs.database === null) throw new Error('the demo has a local database');
  const { orders, jobs, effects, refused, waiting, turns } = await workDone(outputs.database);
  const once = jobs === orders && effects === jobs && waiting === 0 && refused === 0;
  stage.fact(
    once,
    `${count.format(jobs)} jobs queued, ${count.format(effects)} done, each once; ${refused} tried twice`,
  );
  const wanted = await handOvers(stage);
  stage.fact(turns.join() === wanted.join(), `the worker's turns, without overlap: ${turns.join(' → ')}`);
}

/** The slots that background work was handed to, by the journals. */
async function handOvers(stage: Stage): Promise<string[]> {
  const owners: string[] = [];
  for (const { run } of stage.runs) {
    for (const { body } of (await readRun(stage.store, run)).events) {
      const to = body.kind === 'passed' && body.step.startsWith('hand-over') ? body.evidence['to'] : undefined;
      if (typeof to === 'string' && owners.at(-1) !== to) owners.push(to);
    }
  }
  return owners;
}

async function backRows(stage: Stage, load: LoadSummary): Promise<void> {
  for (const { run, what } of stage.runs) {
    const log = await readRun(stage.store, run);
    const back = log.last('ended')?.backMilliseconds;
    if (back === undefined || log.last('fired') !== undefined) continue;
    const plan = log.last('planned')?.plan;
    const asked = plan?.action === 'rollback';
    const version = (asked ? plan.previous?.version : undefined) ?? what.split(' ').at(-1) ?? '';
    const trailing = load.groups.find((group) => group.version === version);
    const met = trailing === undefined || asked ? '' : `, ${count.format(trailing.requests)} users' requests met it`;
    const [from, since] = asked ? ['from asking to back', 'command'] : ['from bad to back', 'decision'];
    stage.screen.row(`${from}, ${version}`, `${describeDuration(back)} from the ${since}${met}`);
  }
}

/** A page for each run; resolves to the path of the failing release's. */
async function writeReports(stage: Stage): Promise<string> {
  await mkdir(place.reports, { recursive: true });
  const audit = await runCrossfade(stage.screen, ['audit', 'verify']);
  stage.fact(audit.code === 0, `all ${stage.runs.length} journals are as they were written`);
  for (const [index, { run, what }] of stage.runs.entries()) {
    const written = await runQuietly(['report', run, '--output', reportFile(index, what)]);
    if (written.code !== 0) stage.fact(false, `a page about '${what}' is written: ${written.output.join(' ')}`);
  }
  const index = stage.runs.findIndex(({ what }) => what === `deploy ${failingVersion}`);
  return reportFile(index, stage.runs[index]?.what ?? '');
}

function reportFile(index: number, what: string): string {
  return join(place.reports, `${index + 1}-${what.replaceAll(' ', '-')}.html`);
}

export interface Farewell {
  readonly report: string;
  readonly seconds: number;
  readonly keep: boolean;
}

export function farewell({ screen, broken, url }: Stage, { report, seconds, keep }: Farewell): void {
  screen.line();
  screen.row('report', report);
  screen.row('took, after set-up', describeDuration(seconds * 1_000));
  screen.line();
  if (broken.length > 0) {
    screen.line(`${broken.length} things did not go as described:`);
    for (const fact of broken) screen.fact(false, fact);
    return;
  }
  screen.line('Everything went as described.');
  if (!keep) return;
  screen.line();
  screen.line(`It is left running. The shop: ${url}   Every run's page: ${place.reports}`);
  screen.line(`Type along: cd ${place.project}; alias crossfade='node ../../bin/crossfade.js'; crossfade status`);
  screen.line('Remove every trace: npm run demo -- --clean');
}
