import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { retention, type NeededBackup, type Retention } from '../../../contract/retention.js';
import type { StandingBackup } from '../../../pipeline/ports/restores.js';
import { readJsonFile } from '../atomic-file.js';
import { errnoOf } from '../host/errno.js';
import { backupFolder } from './manifest.js';
import { goingName, unfinishedBackups } from './unfinished-backups.js';
import { verifiedFile } from './verify-backup.js';

const nobody = { gone: () => undefined, say: () => undefined };

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

export interface RetainOptions {
  /** Verified ones that are kept. */
  readonly keep: number;
  readonly needed: readonly NeededBackup[];
  /** Only says what would go. */
  readonly dryRun: boolean;
  /** What goes before its folder does, so that a killed process leaves nothing that nobody knows of. */
  readonly first?: (name: string) => Promise<void>;
  /** Told of each once it has gone. */
  readonly gone?: ((name: string) => void) | undefined;
}

/** Deletes what the policy no longer keeps, and says of the others why they stay. */
export async function retainBackups(backups: string, options: RetainOptions): Promise<Retention> {
  const { keep, needed, dryRun, first, gone } = options;
  if (!dryRun) await unfinishedBackups(backups).sweep(nobody);
  const standing = await listBackups(backups);
  const rule = retention(
    standing.map((backup) => ({ ...backup, good: backup.verified })),
    keep,
    needed,
  );
  if (dryRun) return rule;
  for (const name of rule.goes) {
    await first?.(name);
    // Renamed first: a half deleted backup must not look like one.
    const doomed = join(backups, goingName(name));
    await rename(backupFolder(backups, name), doomed);
    await rm(doomed, { recursive: true, force: true });
    gone?.(name);
  }
  return rule;
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
