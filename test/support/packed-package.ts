import { execa } from 'execa';
import { cp, mkdir, readFile, realpath, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { staleness } from '../../bin/staleness.js';
import { compileSources } from './compile-sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const notCopied = ['node_modules', 'dist', '.git', '.crossfade'];

const manifestSchema = z.object({
  version: z.string(),
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});

export interface PackedPackage {
  /** Paths in the tarball, without its `package/`. */
  readonly files: readonly string[];
  readonly manifest: z.output<typeof manifestSchema>;
  /** Makes an empty project's node_modules as `npm install --ignore-scripts` would, but without a network. */
  installInto(project: string): Promise<void>;
  remove(): Promise<void>;
}

/** The tarball that `npm publish` would send, of the sources as they are now; the checkout's own dist/ is left alone. */
export async function packedPackage(): Promise<PackedPackage> {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-packed-')));
  try {
    return await packInto(place);
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
}

async function packInto(place: string): Promise<PackedPackage> {
  const checkout = join(place, 'checkout');
  await cp(root, checkout, {
    recursive: true,
    filter: (path) => dirname(path) !== root.replace(/\/$/, '') || !notCopied.includes(basename(path)),
  });
  // A run of the whole suite has compiled it before; where somebody has edited since, the types may well be wrong.
  if (staleness(root) === undefined) await cp(join(root, 'dist'), join(checkout, 'dist'), { recursive: true });
  else await compileSources(join(checkout, 'dist'));
  // As it is, in a copy: prepack would empty the dist/ that others are running from.
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', place], {
    cwd: checkout,
    stdin: 'ignore',
    timeout: 60_000,
    env: { npm_config_offline: 'true', npm_config_update_notifier: 'false' },
  });
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const tarball = join(place, `crossfade-${manifest.version}.tgz`);
  const { stdout } = await execa('tar', ['-tzf', tarball]);
  await rm(checkout, { recursive: true, force: true });
  return {
    files: stdout.split('\n').map((path) => path.replace(/^package\//, '')),
    manifest,
    async installInto(project) {
      const modules = join(project, 'node_modules');
      const unpacked = join(modules, 'crossfade');
      await mkdir(unpacked, { recursive: true });
      await execa('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
      // Only what the package names: an import of something else fails here as it might anywhere.
      const named = { ...manifest.dependencies, ...manifest.optionalDependencies, 'ts-node': '', typescript: '' };
      for (const name of Object.keys(named)) {
        const link = join(modules, name);
        await mkdir(dirname(link), { recursive: true });
        await symlink(join(root, 'node_modules', name), link);
      }
    },
    remove: () => rm(place, { recursive: true, force: true, maxRetries: 3 }),
  };
}
