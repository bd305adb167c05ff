import { readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StandingBackup } from '../../../pipeline/ports/restores.js';
import { readJsonFile } from '../atomic-file.js';
import { errnoOf } from '../host/errno.js';
import { backupFolder } from './manifest.js';
import { ownerFile } from './take-backup.js';
import { verifiedFile } from './verify-backup.js';

/** Of a backup of either kind. */
const manifestSchema = z.object({ createdAt: z.iso.datetime(), bytes: z.int().nonnegative(), database: z.string() });

/** Newest first, of either kind. Folders without a readable manifest are not among them. */
export async function listBackups(backups: string): Promise<StandingBackup[]> {
  const found: StandingBackup[] = [];
  for (const name of await namesIn(backups)) {
    if (name.startsWith('.')) continue;
    const manifest = await readJsonFile(join(backups, name, 'manifest.json'), manifestSchema).catch(() => undefined);
    if (manifest === undefined) continue;
    const verified = await isVerified(backups, name);
    found.push({ name, createdAt: manifest.createdAt, bytes: manifest.bytes, verified });
  }
  return found.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

/**
 * What is older than the newest `count` verified backups, except what is needed; newest first. A backup that was never
 * verified pushes out no other.
 */
export async function surplusBackups(backups: string, count: number, needed: readonly string[]): Promise<string[]> {
  const standing = await listBackups(backups);
  const last = standing.filter(({ verified }) => verified)[count - 1];
  if (last === undefined) return [];
  return standing
    .filter(({ name, createdAt }) => createdAt < last.createdAt && !needed.includes(name))
    .map(({ name }) => name);
}

/** Deletes the surplus. Returns the names that went. */
export async function retainBackups(
  backups: string,
  count: number,
  needed: readonly string[],
  /** What goes before its folder does, so that a killed process leaves nothing that nobody knows of. */
  first: (name: string) => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  await sweep(backups);
  const gone = await surplusBackups(backups, count, needed);
  // Oldest first: what is stopped in its middle has left the newer ones.
  for (const name of gone.toReversed()) {
    await first(name);
    // Renamed first: a half deleted backup must not look like one.
    const doomed = join(backups, `.${name}${going}`);
    await rename(backupFolder(backups, name), doomed);
    await rm(doomed, { recursive: true, force: true });
  }
  return gone;
}

const going = '.going';

/** What killed processes began to delete, or to make. */
async function sweep(backups: string): Promise<void> {
  for (const name of await namesIn(backups)) {
    const deleted = name.startsWith('.') && name.endsWith(going);
    if (deleted || (/^\..+\.making-\w{6}$/.test(name) && !(await isBeingMade(join(backups, name)))))
      await rm(join(backups, name), { recursive: true, force: true });
  }
}

async function isBeingMade(folder: string): Promise<boolean> {
  const owner = Number(await readFile(join(folder, ownerFile), 'utf8').catch(() => ''));
  if (!(owner > 0)) return false;
  try {
    return process.kill(owner, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

async function namesIn(backups: string): Promise<string[]> {
  try {
    return await readdir(backups);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function isVerified(backups: string, name: string): Promise<boolean> {
  try {
    return (await stat(join(backupFolder(backups, name), verifiedFile))).isFile();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
