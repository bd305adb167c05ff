import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { IntegrityError, PlatformError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import { backupFolder } from '../backup/manifest.js';
import { errnoOf } from '../host/errno.js';
import { dumpFile, type DumpManifest } from './dump-manifest.js';
import type { DumpPlace } from './dump-place.js';
import type { LyingDump } from './list-entries.js';
import { digestOfFile, keyOf } from './take-dump.js';

/** The dump with its key. Throws PlatformError where the key is not the one that it was encrypted with. */
export async function lyingDump(place: DumpPlace, manifest: DumpManifest): Promise<LyingDump> {
  const file = join(backupFolder(place.dumps, manifest.name), dumpFile);
  if (manifest.sealed === null) return { file, key: undefined, name: manifest.name };
  const key = await keyOf(place);
  if (key !== undefined && digestOf(key.toString('hex')) === manifest.sealed.key) {
    return { file, key, name: manifest.name };
  }
  const which = key === undefined ? 'no key is named' : 'it was encrypted with another key';
  throw new PlatformError(`${manifest.name} is encrypted, and ${which} in database.backups.encryptionKey`, {
    hint: 'keep a key for as long as a backup that needs it: say where it lies in database.backups.encryptionKey',
  });
}

/** As many bytes, with the digest, as its manifest says. Throws IntegrityError. */
export async function checkFile(place: Pick<DumpPlace, 'dumps'>, manifest: DumpManifest): Promise<void> {
  const file = join(backupFolder(place.dumps, manifest.name), dumpFile);
  const found = await stat(file).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') throw new IntegrityError(`backup ${manifest.name}: ${dumpFile} is missing`);
    throw error;
  });
  if (found.size !== manifest.bytes) {
    throw new IntegrityError(`backup ${manifest.name}: ${dumpFile} has ${found.size} bytes, not ${manifest.bytes}`);
  }
  if ((await digestOfFile(file)) !== manifest.digest) {
    throw new IntegrityError(`backup ${manifest.name}: ${dumpFile} has another content`);
  }
}
