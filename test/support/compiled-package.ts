import { build } from 'esbuild';
import { copyFile, cp, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['guard', 'contract', 'stacks', 'components', 'pipeline', 'platforms', 'journal', 'cli'];

/** This package as it would be installed, compiled from the sources as they are now and not from what dist/ holds. */
export async function compiledPackage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-package-')));
  const sources = await Promise.all(folders.map(sourcesBelow));
  await build({
    absWorkingDir: root,
    entryPoints: ['index.ts', ...sources.flat()],
    outdir: join(folder, 'dist'),
    outbase: '.',
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
  await cp(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function sourcesBelow(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}
