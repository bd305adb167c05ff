import { cp } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { buildRelease } from './build.js';
import { place } from './place.js';
import { releases, type DemoRelease } from './releases.js';
import { runCrossfade, runQuietly, startProgram, type Ended } from './run-crossfade.js';
import type { Stage } from './stage.js';

/** The releases in the store, and the environment up: balancer, routes and database; no slot yet. */
export async function setUp(stage: Stage): Promise<void> {
  const { screen } = stage;
  await cp(place.template, place.project, { recursive: true });
  screen.title('Setting up');
  screen.explain(
    'what',
    `Build ${releases.length} releases of a small shop (api, web and a queue worker), each a manifest that never changes.`,
  );
  for (const [index, release] of releases.entries()) {
    const words = await releaseWords(release);
    required(await (index === 0 ? runCrossfade(screen, words) : runQuietly(words)), words);
  }
  const others = releases.slice(1).map(({ version }) => version);
  screen.quote(`… and ${others.join(', ')} the same way`);
  screen.line();
  screen.explain(
    'what',
    'Bring the environment up with Pulumi: a balancer, its routes and a PostgreSQL. Its state lies in the demo’s folder.',
  );
  await pulumiUp(stage);
}

/** Builds the release and gives the words that make its manifest. */
async function releaseWords(release: DemoRelease): Promise<string[]> {
  const folder = join(place.builds, release.version);
  const artifacts = Object.entries(await buildRelease(release, folder));
  for (const file of release.migrations) {
    await cp(join(place.product, 'migrations', file), join(folder, 'migrations', file));
  }
  return [
    ...['release', 'create', 'local', '--version', release.version],
    ...artifacts.flatMap(([service, built]) => ['--artifact', `${service}=${relative(place.project, built)}`]),
    ...['--migrations', relative(place.project, join(folder, 'migrations'))],
    ...['--verifications', relative(place.project, join(place.product, 'verifications.yaml'))],
    ...['--required-setting', 'SHOP_NAME'],
  ];
}

async function pulumiUp({ screen }: Stage): Promise<void> {
  const variables = await engineVariables();
  screen.line();
  screen.line('  $ eval "$(crossfade env local)"');
  for (const words of [
    ['stack', 'init', 'local'],
    ['up', '--stack', 'local', '--yes', '--skip-preview', '--suppress-outputs'],
  ]) {
    screen.command(['pulumi', ...words]);
    required(await startProgram(screen, 'pulumi', words, { environment: variables, worthALook }).ended, words);
  }
}

/** Pulumi tells every second that it is at work. */
function worthALook(line: string): boolean {
  return /created|deleted|error|Duration/.test(line);
}

/** What `crossfade env` prints for a shell to evaluate. */
async function engineVariables(): Promise<Record<string, string>> {
  const words = ['env', 'local', '--json'];
  const ended = await runQuietly(words);
  required(ended, words);
  return z.record(z.string(), z.string()).parse(JSON.parse(ended.output.join('\n')));
}

function required(ended: Ended, words: readonly string[]): void {
  if (ended.code === 0) return;
  const said = ended.output.filter((line) => line.trim() !== '').slice(-3);
  throw new Error(
    `'${words.slice(0, 2).join(' ')}' failed with exit code ${ended.code ?? 'none'}: ${said.join(' / ')}`,
  );
}
