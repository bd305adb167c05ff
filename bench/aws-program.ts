import { execa } from 'execa';
import { transform } from 'esbuild';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { preloads } from '../platforms/pulumi/engine-variables.js';
import { writtenConfiguration } from '../test/support/aws-configuration.js';
import { cleaning } from './parts/cleaning.js';
import { median, verdictOf } from './parts/spread.js';
import { wholeSdkImports } from './parts/whole-sdk-imports.js';
import type { Table } from './print-table.js';

export const name = 'aws-program';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 5;
/** No further round begins after this. */
const longest = 120_000;
const mostSeconds = 1;
const mostMebibytes = 180;

const usedSchema = z.object({
  seconds: z.number(),
  processorSeconds: z.number(),
  mebibytes: z.number(),
  resources: z.int(),
});
type Used = z.infer<typeof usedSchema>;

interface Way {
  readonly how: string;
  readonly folder: string;
  /** For Node. */
  readonly flags: readonly string[];
}

const typescript = ['--no-warnings', '--loader', 'ts-node/esm'];

/** What production's program takes of a preview, imports and all, by how its TypeScript becomes JavaScript. */
export function run(): Promise<Table> {
  return cleaning(async (later) => {
    const place = await mkdtemp(join(tmpdir(), 'crossfade-bench-'));
    later(() => rm(place, { recursive: true, force: true }));
    const ways: readonly Way[] = [
      { how: 'precompiled JavaScript', folder: await compiledFolder(place), flags: preloads() },
      {
        how: 'the sources, as shipped',
        folder: await sourceFolder(join(place, 'sources'), false),
        flags: [...preloads(), ...typescript],
      },
      {
        how: 'type-checked by ts-node, whole-SDK imports',
        folder: await sourceFolder(join(place, 'checked'), true),
        flags: typescript,
      },
    ];
    const measured = ways.map((way) => ({ ...way, used: [] as Used[] }));
    const began = performance.now();
    for (let round = 0; round < rounds && performance.now() - began < longest; round += 1) {
      for (const way of measured) way.used.push(await measure(way));
    }
    return tableOf(measured);
  });
}

function tableOf(measured: readonly (Way & { readonly used: readonly Used[] })[]): Table {
  const [precompiled] = measured;
  if (!precompiled) throw new Error('nothing was measured');
  const { resources = 0 } = precompiled.used[0] ?? {};
  const over = ({ used }: { used: readonly Used[] }, what: 'seconds' | 'processorSeconds' | 'mebibytes') =>
    median(used.map((each) => each[what]));
  return {
    title: `the program of production, ${resources} resources, on stand-ins: ${precompiled.used.length} rounds`,
    rows: measured.map((way, index) => {
      const [seconds, mebibytes] = [over(way, 'seconds'), over(way, 'mebibytes')];
      const kept = verdictOf(seconds, (value) => value <= mostSeconds && mebibytes <= mostMebibytes);
      return {
        how: way.how,
        'median, s': seconds.toFixed(2),
        'processor, s': over(way, 'processorSeconds').toFixed(2),
        'MiB at most': mebibytes.toFixed(0),
        '× precompiled, s': (seconds / over(precompiled, 'seconds')).toFixed(1),
        '× precompiled, MiB': (mebibytes / over(precompiled, 'mebibytes')).toFixed(1),
        aim: index === 0 ? `≤ ${mostSeconds} s and ≤ ${mostMebibytes} MiB: ${kept}` : '',
      };
    }),
  };
}

async function measure({ how, folder, flags }: Way): Promise<Used> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...flags, 'aws-program.mjs'], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    timeout: 90_000,
  });
  if (exitCode !== 0) throw new Error(`${how}: ended with ${exitCode ?? 'a signal'}:\n${stderr}`);
  return usedSchema.parse(JSON.parse(stdout));
}

async function compiledFolder(place: string): Promise<string> {
  const folder = join(place, 'compiled');
  await mkdir(folder);
  for (const part of ['contract', 'components', 'stacks', 'package.json']) {
    await symlink(join(root, part === 'package.json' ? part : `dist/${part}`), join(folder, part));
  }
  return withProgram(folder);
}

async function sourceFolder(folder: string, checked: boolean): Promise<string> {
  await mkdir(folder);
  for (const part of ['contract', 'components', 'stacks', 'package.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  const file = join(root, 'tsconfig.json');
  const configuration = z.looseObject({}).parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...configuration, 'ts-node': { transpileOnly: !checked } }),
  );
  if (checked) await importWholeSdk(folder);
  return withProgram(folder);
}

async function importWholeSdk(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (!path.endsWith('.ts')) continue;
    const file = join(folder, path);
    await writeFile(file, wholeSdkImports(await readFile(file, 'utf8')));
  }
}

async function withProgram(folder: string): Promise<string> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(root, 'bench/parts/aws-program.mjs'), join(folder, 'aws-program.mjs'));
  const answers = await readFile(join(root, 'test/support/aws-answers.ts'), 'utf8');
  await writeFile(join(folder, 'answers.mjs'), (await transform(answers, { loader: 'ts' })).code);
  await writeFile(join(folder, 'production.json'), JSON.stringify(writtenConfiguration('production')));
  return folder;
}
