import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { PlatformError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { readContents } from '../../postgres/contents.js';
import { openSession, describeFailure, sqlStateOf, type Session } from '../../postgres/session.js';
import { rowBounds } from '../../postgres/row-bounds.js';
import { countTables } from '../../postgres/table-counts.js';
import { markWrites } from '../../postgres/write-mark.js';
import { errnoOf } from '../host/errno.js';
import { copyData, copyWal, type Copied } from './copy-data.js';
import { flush, flushTree } from '../flush-tree.js';
import { backupFolder, readManifest, type BackupManifest } from './manifest.js';
import { makingPrefix, ownerFile, sweepUnfinished } from './unfinished-backups.js';
import { writePrivate } from './write-private.js';

export interface BackupPlace {
  /** A superuser's; the server's own data folder lies on this machine. */
  readonly address: PostgresAddress;
  readonly data: string;
  readonly backups: string;
}

/**
 * A physical backup of the whole server while it works, named once: a second call finds the first one's. It is made
 * aside, flushed and renamed, so that a failed one leaves nothing that looks like a backup. Throws PlatformError.
 * (CREATE DATABASE … TEMPLATE would be shorter, but it demands that nobody is connected to the original.)
 */
export async function takeBackup(place: BackupPlace, name: string, work: Work): Promise<BackupManifest> {
  const folder = backupFolder(place.backups, name);
  const standing = await readManifest(place.backups, name);
  if (standing !== undefined) return standing;
  await mkdir(place.backups, { recursive: true, mode: 0o700 });
  await sweepUnfinished(folder);
  const aside = await mkdtemp(join(dirname(folder), makingPrefix(name)));
  try {
    await writePrivate(join(aside, ownerFile), String(process.pid));
    const manifest = await fill(aside, place, name, work);
    await writePrivate(join(aside, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    await rm(join(aside, ownerFile));
    await flushTree(aside);
    await rename(aside, folder);
    await flush(place.backups);
    return manifest;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    work.signal.throwIfAborted();
    if (errnoOf(error) === undefined && sqlStateOf(error) === undefined) throw error;
    const full = errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT';
    throw new PlatformError(`backup ${name} failed and was removed: ${describeFailure(error)}`, {
      cause: error,
      ...(full ? { hint: `make room on the disk of ${place.backups}` } : {}),
    });
  }
}

/** Milliseconds that a count waits for whoever has locked a table. */
const countsWithin = 30_000;

async function fill(aside: string, place: BackupPlace, name: string, work: Work): Promise<BackupManifest> {
  const began = performance.now();
  const createdAt = new Date().toISOString();
  const session = await openSession(place.address, { applicationName: `crossfade backup ${name}` });
  const counting = await openSession(place.address, {
    applicationName: `crossfade backup counts ${name}`,
    readOnly: true,
  });
  try {
    work.say(`backing up ${place.address.database}`);
    await counting.run(`SET lock_timeout = ${countsWithin}`);
    const first = await markWrites(counting);
    // Keeps the write-ahead log from here on until this session ends, so that it can be copied at the end.
    await session.rows(
      z.unknown(),
      "SELECT pg_create_physical_replication_slot('crossfade_' || pg_backend_pid(), true, true)",
    );
    await session.rows(z.unknown(), 'SELECT pg_backup_start($1, true)', [name]);
    const copied = await copyData(place.data, join(aside, 'data'), work.signal);
    const before = await countTables(counting);
    const contentsBefore = await readContents(counting, before);
    const stopped = await stopBackup(session);
    const after = await countTables(counting);
    const contentsAfter = await readContents(counting, after);
    const mark = await markWrites(counting);
    await copyWal(place.data, join(aside, 'data'), stopped.fromSegment, stopped.throughSegment, copied);
    await writePrivate(join(aside, 'data', 'backup_label'), stopped.label);
    copied.files['backup_label'] = { bytes: Buffer.byteLength(stopped.label), digest: digestOf(stopped.label) };
    return {
      format: 1,
      name,
      database: place.address.database,
      serverVersion: (await counting.scalar('SHOW server_version')) ?? '',
      createdAt,
      milliseconds: Math.round(performance.now() - began),
      bytes: sizeOf(copied),
      folders: copied.folders,
      files: copied.files,
      tables: rowBounds({ counts: before, mark: first }, { counts: after, mark }),
      mark: { ...mark, lsn: stopped.lsn },
      contents: { before: contentsBefore, after: contentsAfter },
    };
  } finally {
    await session.close();
    await counting.close();
  }
}

const stopSchema = z.object({
  lsn: z.string(),
  label: z.string(),
  fromSegment: z.string(),
  throughSegment: z.string(),
});

async function stopBackup(session: Session) {
  const [stopped] = await session.rows(
    stopSchema,
    `SELECT lsn::text, labelfile AS label, substring(labelfile FROM 'file ([0-9A-F]{24})') AS "fromSegment", pg_walfile_name(lsn) AS "throughSegment"
       FROM pg_backup_stop(false)`,
  );
  if (stopped === undefined) throw new PlatformError('pg_backup_stop gave no answer');
  const flushed = z.object({ flushed: z.boolean() });
  const deadline = performance.now() + 10_000;
  for (;;) {
    const [row] = await session.rows(flushed, 'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS flushed', [
      stopped.lsn,
    ]);
    if (row?.flushed === true) return stopped;
    if (performance.now() > deadline) throw new PlatformError('the end of the backup was not flushed within 10 s');
    await pause(20);
  }
}

function sizeOf(copied: Copied): number {
  return Object.values(copied.files).reduce((sum, { bytes }) => sum + bytes, 0);
}
