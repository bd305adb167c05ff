import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '../../../contract/errors.js';
import { copyFile, type CopiedFile } from './copy-file.js';

export interface Copied {
  readonly folders: string[];
  readonly files: Record<string, CopiedFile>;
}

/** What a starting server makes anew (PostgreSQL 15, "Making a Base Backup Using the Low Level API"). */
const emptied = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);
const left =
  /^(postmaster\.(pid|opts)|current_logfiles|backup_label|tablespace_map)$|(^|\/)(pg_internal\.init|pgsql_tmp[^/]*)$/;

/** Copies a data folder while its server works in it: between pg_backup_start and pg_backup_stop, else the copy is worth nothing. */
export async function copyData(data: string, to: string, signal: AbortSignal): Promise<Copied> {
  const copied: Copied = { folders: [], files: {} };
  const control = join('global', 'pg_control');
  await copyFolder('', copied, { data, to, signal, skip: (path) => left.test(path) || path === control });
  await copyInto(control, copied, { data, to });
  return copied;
}

/** The write-ahead log from one segment to another, both included. */
export async function copyWal(data: string, to: string, from: string, through: string, copied: Copied): Promise<void> {
  const archived = join('pg_wal', 'archive_status');
  await mkdir(join(to, archived), { mode: 0o700, recursive: true });
  copied.folders.push(archived);
  const segments = (await readdir(join(data, 'pg_wal'))).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= from && name <= through,
  );
  if (!segments.includes(from) || !segments.includes(through))
    throw new PlatformError(`the write-ahead log from ${from} to ${through} was not kept`);
  for (const name of segments) await copyInto(join('pg_wal', name), copied, { data, to });
}

interface Walk {
  readonly data: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly skip: (path: string) => boolean;
}

async function copyFolder(path: string, copied: Copied, walk: Walk): Promise<void> {
  await mkdir(join(walk.to, path), { mode: 0o700 });
  if (path !== '') copied.folders.push(path);
  if (emptied.has(path)) return;
  for (const entry of await readdir(join(walk.data, path), { withFileTypes: true })) {
    walk.signal.throwIfAborted();
    const inner = join(path, entry.name);
    if (walk.skip(inner)) continue;
    if (entry.isDirectory()) await copyFolder(inner, copied, walk);
    else if (entry.isFile()) await copyInto(inner, copied, walk);
    else throw new PlatformError(`${inner} of the data folder is a link: tablespaces are not backed up here`);
  }
}

async function copyInto(path: string, copied: Copied, { data, to }: Pick<Walk, 'data' | 'to'>): Promise<void> {
  const file = await copyFile(join(data, path), join(to, path));
  if (file !== undefined) copied.files[path] = file;
}
