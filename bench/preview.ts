import { execa } from 'execa';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { cleaning } from './parts/cleaning.js';
import { realEnvironment, type RealEnvironment } from './parts/real-environment.js';
import { median, verdictOf } from './parts/spread.js';
import type { Table } from './print-table.js';

export const name = 'preview';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 5;
/** No further round begins after this. */
const longest = 90_000;
const stack = 'local-blue';
const aim = 1.5;

const checkedWay = 'the same sources, type-checked by ts-node';

interface Way {
  readonly how: string;
  readonly folder: string;
}

/** The same `pulumi preview` of a slot that stands, by how the program's TypeScript becomes JavaScript. */
export function run(): Promise<Table> {
  return cleaning(async (later) => {
    const environment = await realEnvironment(later, {});
    const ways = await waysOf(environment);
    const measured = ways.map((way) => ({ ...way, seconds: [] as number[] }));
    await proveChecked(environment, ways);
    // The first of each fills caches, of the disk too.
    for (const way of ways.slice(0, -1)) await preview(environment, way);
    const began = performance.now();
    for (let round = 0; round < rounds && performance.now() - began < longest; round += 1) {
      for (const way of measured) way.seconds.push(await preview(environment, way));
    }
    const [precompiled] = measured;
    const title = `pulumi preview of a slot that stands: ${precompiled?.seconds.length ?? 0} rounds, each way once a round`;
    return {
      title,
      rows: measured.map(({ how, seconds }, index) => {
        const ratio = median(seconds.map((took, round) => took / (precompiled?.seconds[round] ?? NaN)));
        return {
          how,
          'median, s': median(seconds).toFixed(2),
          'shortest, s': Math.min(...seconds).toFixed(2),
          '× precompiled, median': ratio.toFixed(2),
          aim: index === 1 || index === 2 ? `≤ ${aim} ×: ${verdictOf(ratio, (value) => value <= aim)}` : '',
        };
      }),
    };
  });
}

async function waysOf({ project }: RealEnvironment): Promise<Way[]> {
  const precompiled = join(project.place, 'precompiled');
  await makeFolder(
    precompiled,
    project.compiled,
    'main: ./dist/index.js\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n',
  );
  const sources = join(project.place, 'sources');
  const checked = join(project.place, 'checked');
  for (const folder of [sources, checked]) {
    await makeFolder(folder, project.compiled, 'main: ./index.ts\nruntime:\n  name: nodejs\n');
    for (const part of ['index.ts', 'tsconfig.json', 'guard', 'contract', 'components', 'stacks']) {
      await cp(join(root, part), join(folder, part), { recursive: true });
    }
  }
  await checkTypes(join(checked, 'tsconfig.json'));
  return [
    { how: 'precompiled JavaScript', folder: precompiled },
    { how: 'as shipped: a project’s index.ts', folder: project.folder },
    { how: 'as shipped: all of this repository’s sources', folder: sources },
    { how: checkedWay, folder: checked },
  ];
}

/** By the file: the engine's environment variable for this is not heard in a project of ES modules. */
async function checkTypes(file: string): Promise<void> {
  const configuration = z.looseObject({ 'ts-node': z.unknown() }).parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, JSON.stringify({ ...configuration, 'ts-node': { transpileOnly: false } }));
}

/** A checkout of the same Pulumi project, which finds the local provider by the package's own name. */
async function makeFolder(folder: string, compiled: string, program: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'Pulumi.yaml'), `name: shop\n${program}`);
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  await symlink(join(compiled, 'dist'), join(folder, 'dist'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** A program with a wrong type in it must fail there, and nowhere else: else the row measures nothing. */
async function proveChecked(environment: RealEnvironment, ways: readonly Way[]): Promise<void> {
  for (const way of ways.slice(2)) {
    const file = join(way.folder, 'index.ts');
    const program = await readFile(file, 'utf8');
    await writeFile(file, `${program}\nexport const wrong: number = 'a text';\n`);
    const { exitCode, all } = await runPreview(environment, way.folder);
    await writeFile(file, program);
    const refused = exitCode !== 0 && all.includes('TS2322');
    if (refused !== (way.how === checkedWay))
      throw new Error(`${way.how}: a wrong type was ${refused ? '' : 'not '}refused:\n${all}`);
  }
}

/** Seconds. Throws when it fails, or when it would change what stands. */
async function preview(environment: RealEnvironment, { how, folder }: Way): Promise<number> {
  const began = performance.now();
  const { exitCode, all } = await runPreview(environment, folder);
  const seconds = (performance.now() - began) / 1_000;
  if (exitCode !== 0) throw new Error(`${how}: pulumi preview ended with ${exitCode ?? 'a signal'}:\n${all}`);
  return seconds;
}

async function runPreview(
  { project }: RealEnvironment,
  folder: string,
): Promise<{ readonly exitCode?: number | undefined; readonly all: string }> {
  const words = ['preview', '--stack', stack, '--expect-no-changes', '--non-interactive', '--color=never'];
  return execa('pulumi', words, {
    cwd: folder,
    env: { ...process.env, ...project.engine.variables },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: 150_000,
  });
}
