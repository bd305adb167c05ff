import { copyFile, cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileSources } from './compile-sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** This package as it would be installed, compiled from the sources as they are now and not from what dist/ holds. */
export async function compiledPackage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-package-')));
  await compileSources(join(folder, 'dist'));
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
  await cp(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
