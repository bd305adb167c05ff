import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findEngine } from '../../platforms/pulumi/find-engine.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface PulumiAnswer {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly timedOut: boolean;
}

/** A throw-away Pulumi project for the real engine: its own home, state and passphrase, this repository's packages. */
export interface PulumiProject {
  readonly folder: string;
  readonly pulumi: (
    words: readonly string[],
    options?: { environment?: NodeJS.ProcessEnv; seconds?: number },
  ) => Promise<PulumiAnswer>;
  readonly remove: () => Promise<void>;
}

/**
 * `files` are written by their path; `Pulumi.yaml`, `tsconfig.json` and node_modules are there already. Packages are
 * linked one by one, so that a project can bring some of its own.
 */
export async function pulumiProject(files: Readonly<Record<string, string>>): Promise<PulumiProject> {
  const engine = await findEngine();
  if (engine === undefined) throw new Error('no Pulumi engine: run node scripts/engine.mjs');
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-pulumi-'));
  await mkdir(join(folder, 'state'));
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['@pulumi', 'ts-node', 'typescript', 'zod']) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const all = {
    'Pulumi.yaml': 'name: crossfade\nmain: ./index.ts\nruntime:\n  name: nodejs\n',
    'tsconfig.json': await readFile(join(root, 'tsconfig.json'), 'utf8'),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${engine.bin}${delimiter}${process.env['PATH'] ?? ''}`,
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${join(folder, 'state')}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: 'a test',
    PULUMI_SKIP_UPDATE_CHECK: '1',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
  };
  return {
    folder,
    pulumi: async (words, { environment: more = {}, seconds = 60 } = {}) => {
      const running = execa(join(engine.bin, 'pulumi'), [...words, '--non-interactive', '--color=never'], {
        cwd: folder,
        env: { ...environment, ...more },
        extendEnv: false,
        reject: false,
        all: true,
        stdin: 'ignore',
        // A group of its own: killing pulumi alone would leave a hanging program behind.
        detached: true,
      });
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        if (running.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
      }, seconds * 1_000);
      const { exitCode, all: output } = await running;
      clearTimeout(timer);
      return { exitCode, output, timedOut };
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The URL of one of this repository's sources, for a project's program to import. */
export function sourceUrl(path: string): string {
  return new URL(`../../${path}`, import.meta.url).href;
}
