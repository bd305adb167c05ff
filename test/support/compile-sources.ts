import { build } from 'esbuild';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommandLine } from '../../scripts/bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = [
  'guard',
  'contract',
  'stacks',
  'components',
  'checklist',
  'pipeline',
  'platforms',
  'gates',
  'journal',
  'messages',
  'cli',
];
/** Runs in Lambda as it is written. */
const lambda = 'components/aws/dead-mans-switch';

/** Compiles this package as it is now, file by file, within a second or two: neither types nor declarations. */
export async function compileSources(outdir: string): Promise<void> {
  const sources = await Promise.all(folders.map(sourcesBelow));
  await build({
    absWorkingDir: root,
    entryPoints: ['index.ts', ...sources.flat()],
    outdir,
    outbase: '.',
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  await bundleCommandLine(join(outdir, 'command-line'));
  await cp(join(root, lambda), join(outdir, lambda), { recursive: true, filter: (path) => !path.endsWith('.d.mts') });
}

async function sourcesBelow(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}
