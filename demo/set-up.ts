import { join } from 'node:path';
import { buildRelease } from './build.js';
import { place } from './place.js';
import { releases } from './releases.js';
import { runCrossfade, runQuietly, startProgram, type Ended } from './run-crossfade.js';
import type { Stage } from './stage.js';

/** Six releases in the store, and the environment up: balancer, routes and database; no slot yet. */
export async function setUp(stage: Stage): Promise<void> {
  const { screen } = stage;
  screen.title('Setting up');
  screen.explain(
    'what',
    `Build ${releases.length} releases of a small shop (api, web and a queue worker), each a manifest that never changes.`,
  );
  for (const [index, release] of releases.entries()) {
    const folders = await buildRelease(release, join(place.builds, release.version));
    const words = [
      'release',
      'create',
      '--version',
      release.version,
      ...Object.entries(folders).flatMap(([service, folder]) => ['--artifact', `${service}=${folder}`]),
      ...release.migrations.flatMap((file) => ['--migration', join(place.migrations, file)]),
    ];
    required(await (index === 0 ? runCrossfade(screen, words) : runQuietly(words)), words);
  }
  screen.quote(
    `… and ${releases
      .slice(1)
      .map(({ version }) => version)
      .join(', ')} the same way`,
  );

  screen.line();
  screen.explain(
    'what',
    'Bring the environment up with Pulumi: balancer, routes and a PostgreSQL. Its state lies in a folder of its own.',
  );
  await pulumiUp(stage);
}

async function pulumiUp({ screen }: Stage): Promise<void> {
  const variables = await engineEnvironment();
  screen.command(['eval', '"$(crossfade env local)"']);
  for (const words of [
    ['stack', 'init', 'local'],
    ['up', '--stack', 'local', '--yes', '--skip-preview', '--suppress-outputs'],
  ]) {
    screen.command(['pulumi', ...words]);
    required(await startProgram(screen, 'pulumi', words, variables).ended, words);
  }
}

function required(ended: Ended, words: readonly string[]): void {
  if (ended.code === 0) return;
  throw new Error(`'${words.join(' ')}' failed:\n${ended.output.join('\n')}`);
}
