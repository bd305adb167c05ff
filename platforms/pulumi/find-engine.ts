import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import semver from 'semver';
import { cacheFolder } from './cache-folder.js';
import { engineVersion } from './engine-version.js';

/** The oldest Pulumi whose behaviour was tried: earlier ones lack resource hooks or the events that are read. */
export const OLDEST_ENGINE = '3.250.0';

export interface Engine {
  readonly version: string;
  /** The folder that holds `pulumi` and its language host; belongs first on PATH. */
  readonly bin: string;
  readonly origin: 'PATH' | 'cache';
}

/** Where engines that we fetched are kept, outside of every repository. */
export function engineCache(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(environment), 'engine');
}

/** The folder in the cache of a version for this machine, with a mark for what distinguishes it otherwise. */
export function engineFolder(version: string, mark?: string): string {
  return [`v${version}`, process.platform, process.arch, ...(mark === undefined ? [] : [mark])].join('-');
}

/** The engine to use: the one on PATH when it is recent enough and complete, else the newest that was cached. */
export async function findEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Engine | undefined> {
  return (await findOnPath(environment)) ?? (await findCached(engineCache(environment)));
}

export async function findOnPath(environment: NodeJS.ProcessEnv = process.env): Promise<Engine | undefined> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const bin = await firstWith(folders, 'pulumi');
  if (bin === undefined) return undefined;
  const beside = dirname(await realpath(join(bin, executable('pulumi'))));
  if ((await firstWith([bin, beside, ...folders], 'pulumi-language-nodejs')) === undefined) return undefined;
  const version = await engineVersion(join(bin, executable('pulumi')), join(engineCache(environment), 'versions.json'));
  if (version === undefined || semver.lt(version, OLDEST_ENGINE)) return undefined;
  return { version, bin, origin: 'PATH' };
}

/** Whether the folder holds both of the programs that an engine is made of. */
export async function isComplete(bin: string): Promise<boolean> {
  for (const program of ['pulumi', 'pulumi-language-nodejs']) {
    if ((await firstWith([bin], program)) === undefined) return false;
  }
  return true;
}

async function findCached(cache: string): Promise<Engine | undefined> {
  const found: { readonly engine: Engine; readonly since: number }[] = [];
  for (const name of await readdir(cache).catch(() => [])) {
    const version = /^v(\d+\.\d+\.\d+)-/.exec(name)?.[1];
    if (version === undefined || semver.lt(version, OLDEST_ENGINE)) continue;
    if (!name.startsWith(engineFolder(version))) continue;
    const bin = join(cache, name, 'bin');
    if (!(await isComplete(bin))) continue;
    found.push({ engine: { version, bin, origin: 'cache' }, since: (await stat(bin)).mtimeMs });
  }
  return found.sort((one, other) => other.since - one.since)[0]?.engine;
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

async function firstWith(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const present = await access(join(folder, executable(name)), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (present) return folder;
  }
  return undefined;
}
