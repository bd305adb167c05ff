import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OperatorError, PlatformError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { findClientPrograms, refuseNewerServer, type ClientPrograms } from '../../postgres/client-programs.js';
import { readContents } from '../../postgres/contents.js';
import { runClientProgram } from '../../postgres/run-client-program.js';
import { describeFailure, openSession, sqlStateOf } from '../../postgres/session.js';
import { countTables } from '../../postgres/table-counts.js';
import { markWritesIfAny } from '../../postgres/write-mark.js';
import { backupFolder } from '../backup/manifest.js';
import { flush, flushTree } from '../flush-tree.js';
import { errnoOf } from '../host/errno.js';
import { dumpFile, readDumpManifest, type DumpManifest } from './dump-manifest.js';
import type { DumpPlace } from './dump-place.js';
import { listEntries } from './list-entries.js';
import { readSealingKey, seal } from './seal.js';
import { makingPrefix, ownerFile, sweepUnfinished } from '../backup/unfinished-backups.js';
import { writePrivate } from '../backup/write-private.js';

/**
 * A dump of one database, named once: a second call finds the first one's. What is counted and what is dumped are one
 * snapshot. It is made aside, flushed and renamed, so that a failed one leaves nothing that looks like a backup. Throws
 * PlatformError; RefusedError where the server is newer than pg_dump, before anything is begun.
 */
export async function takeDump(place: DumpPlace, name: string, work: Work): Promise<DumpManifest> {
  const folder = backupFolder(place.dumps, name);
  const standing = await readDumpManifest(place.dumps, name);
  if (standing !== undefined) return standing;
  const programs = await findClientPrograms(place.settings.programs);
  await mkdir(place.dumps, { recursive: true, mode: 0o700 });
  await sweepUnfinished(folder);
  const aside = await mkdtemp(join(place.dumps, makingPrefix(name)));
  try {
    await writePrivate(join(aside, ownerFile), String(process.pid));
    const manifest = await fill(aside, place, name, programs, work);
    await writePrivate(join(aside, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    await rm(join(aside, ownerFile));
    await flushTree(aside);
    await rename(aside, folder);
    await flush(place.dumps);
    return manifest;
  } catch (error) {
    const full = (await leftFull(place.dumps)) || isFull(error);
    await rm(aside, { recursive: true, force: true });
    work.signal.throwIfAborted();
    if (!(error instanceof PlatformError) && errnoOf(error) === undefined && sqlStateOf(error) === undefined)
      throw error;
    const because = full ? `the disk of ${place.dumps} is full` : describeFailure(error);
    const hint = full
      ? `make room on the disk of ${place.dumps}`
      : error instanceof OperatorError
        ? error.hint
        : undefined;
    throw new PlatformError(`backup ${name} failed and was removed: ${because}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

async function fill(
  aside: string,
  place: DumpPlace,
  name: string,
  programs: ClientPrograms,
  work: Work,
): Promise<DumpManifest> {
  const began = performance.now();
  const address = await place.address();
  const session = await openSession(address, { applicationName: `crossfade backup ${name}`, readOnly: true });
  try {
    const serverVersion = await refuseNewerServer(programs, session);
    const key = await keyOf(place);
    work.say(`dumping ${address.database} with pg_dump ${programs.version}${key === undefined ? '' : ', encrypted'}`);
    const mark = await markWritesIfAny(session);
    const wait = Math.max(1, Math.round(place.settings.lockTimeout));
    await session.run(
      `SET idle_in_transaction_session_timeout = 0; SET lock_timeout = ${wait};
       BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`,
    );
    const createdAt = new Date().toISOString();
    const snapshot = await session.scalar('SELECT pg_export_snapshot()');
    const counts = await countTables(session);
    const before = await readContents(session, counts);
    const file = join(aside, dumpFile);
    const flags = ['--format=custom', '--no-password', `--lock-wait-timeout=${wait}`, `--snapshot=${snapshot ?? ''}`];
    const dumping = { program: programs.pgDump, flags, address, signal: work.signal };
    if (key === undefined) await intoFile(file, (output) => runClientProgram({ ...dumping, output }));
    else
      await runClientProgram({
        ...dumping,
        output: (from) =>
          pipeline(
            from,
            (source: AsyncIterable<Buffer>) => seal(source, key),
            createWriteStream(file, { mode: 0o600, flags: 'wx' }),
          ),
      });
    // Sequences are part of no snapshot; pg_dump has read them by now.
    const { sequences } = await readContents(session, new Map());
    return {
      format: 1,
      kind: 'dump',
      name,
      database: address.database,
      serverVersion,
      clientVersion: programs.version,
      createdAt,
      milliseconds: Math.round(performance.now() - began),
      bytes: (await stat(file)).size,
      digest: await digestOfFile(file),
      sealed: key === undefined ? null : { key: digestOf(key.toString('hex')) },
      entries: (await listEntries(programs, { file, key, name }, work.signal)).length,
      tables: Object.fromEntries([...counts].map(([table, { rows }]) => [table, rows ?? null])),
      contents: { before, after: { ...before, sequences } },
      mark: mark ?? null,
    };
  } finally {
    await session.close();
  }
}

/** Undefined: dumps aren't encrypted. Throws PlatformError where the key can't be had. */
export async function keyOf({ settings, secret }: Pick<DumpPlace, 'settings' | 'secret'>): Promise<Buffer | undefined> {
  const { encryptionKey } = settings;
  if (encryptionKey === undefined) return undefined;
  return readSealingKey(
    await secret('database.backups.encryptionKey', encryptionKey),
    'database.backups.encryptionKey',
  );
}

export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

/** A file of ours as its output: pg_dump would make one that others can read, and can't seek in a pipe. */
async function intoFile(file: string, use: (descriptor: number) => Promise<void>): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await use(handle.fd);
  } finally {
    await handle.close();
  }
}

/** pg_dump says only in words that a write failed. */
async function leftFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < 262_144;
}

function isFull(error: unknown): boolean {
  return errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT';
}
