import { access, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError } from '../../../contract/errors.js';
import { copyBack, give } from '../backup/copy-back.js';
import { backupFolder, type BackupManifest } from '../backup/manifest.js';
import { notRestored } from '../backup/not-restored.js';
import { flush, flushTree } from '../flush-tree.js';
import type { ServerRecord } from '../host/postgres-files.js';

/** Of the run's restored database: beside the data in use, where the server's account can reach it. */
export function restoredData({ data, kept }: Pick<ServerRecord, 'data' | 'kept'>, run: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/.test(run)) throw new PlatformError('the run has no name for a folder');
  // After a switch the data in use is a restored folder itself: all lie in one.
  return join(dirname(kept[0]?.data ?? data), `restored-${run}`);
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Copies a backup to where its server will work, each file as its digest says, flushed and renamed: what has the name is
 * whole. Throws PlatformError or IntegrityError, and then leaves nothing.
 */
export async function makeRestoredData(
  backups: string,
  manifest: BackupManifest,
  data: string,
  account: ServerRecord['account'],
  signal: AbortSignal,
): Promise<void> {
  const making = `${data}.making`;
  await rm(making, { recursive: true, force: true });
  try {
    await copyBack(join(backupFolder(backups, manifest.name), 'data'), making, manifest, signal);
    await give(making, account ?? undefined);
    await flushTree(making);
    await rename(making, data);
    await flush(dirname(data));
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    signal.throwIfAborted();
    throw notRestored(manifest.name, dirname(data), error);
  }
}
