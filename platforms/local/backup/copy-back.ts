import { chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IntegrityError } from '../../../contract/errors.js';
import type { Account } from '../host/postgres-account.js';
import { copyFile } from './copy-file.js';
import type { BackupManifest } from './manifest.js';

/** Every file as its digest says. Throws IntegrityError when the backup is not what its manifest says. */
export async function copyBack(from: string, to: string, manifest: BackupManifest, signal: AbortSignal): Promise<void> {
  await refuseStrangers(from, manifest);
  await mkdir(to, { mode: 0o700 });
  for (const folder of manifest.folders) await mkdir(join(to, folder), { recursive: true, mode: 0o700 });
  for (const [path, expected] of Object.entries(manifest.files)) {
    signal.throwIfAborted();
    const found = await copyFile(join(from, path), join(to, path));
    if (found?.bytes === expected.bytes && found.digest === expected.digest) continue;
    const what =
      found === undefined
        ? 'is missing'
        : found.bytes === expected.bytes
          ? 'has another content'
          : `has ${found.bytes} bytes, not ${expected.bytes}`;
    throw new IntegrityError(`backup ${manifest.name}: ${path} ${what}`);
  }
}

/** A file that the manifest doesn't know could be a configuration of somebody else's. */
async function refuseStrangers(from: string, manifest: BackupManifest): Promise<void> {
  const known = new Set([...manifest.folders, ...Object.keys(manifest.files)]);
  for (const path of await readdir(from, { recursive: true }).catch(() => [])) {
    if (!known.has(path)) throw new IntegrityError(`backup ${manifest.name}: ${path} is not in its manifest`);
  }
}

/** To the account that the server runs as. */
export async function give(base: string, account: Account | undefined): Promise<void> {
  if (account === undefined) return;
  await chown(base, account.uid, account.gid);
  for (const path of await readdir(base, { recursive: true })) await chown(join(base, path), account.uid, account.gid);
}
