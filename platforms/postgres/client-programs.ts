import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { Session } from './session.js';

/** PostgreSQL's own programs for dumps. */
export interface ClientPrograms {
  readonly pgDump: string;
  readonly pgRestore: string;
  /** Such as 15.18, of the older of the two. */
  readonly version: string;
  readonly major: number;
}

const hint =
  "install PostgreSQL's client programs (Debian: apt-get install postgresql-client), or say in database.backups.programs where they lie";

/** In the folder, or on PATH where none is named. Throws PlatformError where one is missing or says no version. */
export async function findClientPrograms(folder: string | undefined): Promise<ClientPrograms> {
  const [pgDump, pgRestore] = [await find('pg_dump', folder), await find('pg_restore', folder)];
  const versions = [await versionOf(pgDump), await versionOf(pgRestore)].sort((one, other) => one.major - other.major);
  const [oldest] = versions;
  if (oldest === undefined) throw new Error('two programs have two versions');
  return { pgDump, pgRestore, ...oldest };
}

/** pg_dump refuses a server of a later major version than its own; this says so before anything is begun. Throws RefusedError. */
export async function refuseNewerServer(programs: ClientPrograms, session: Session): Promise<string> {
  const [server] = await session.rows(
    z.object({ number: z.coerce.number(), version: z.string() }),
    "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version",
  );
  if (server === undefined) throw new Error('a SELECT without FROM gave no row');
  const major = Math.floor(server.number / 10_000);
  if (major <= programs.major) return server.version;
  throw new RefusedError(
    `the server is PostgreSQL ${server.version}, but ${programs.pgDump} is ${programs.version}: it can't dump a later major version`,
    { hint: `install the client programs of PostgreSQL ${major}, and name their folder in database.backups.programs` },
  );
}

async function find(name: string, folder: string | undefined): Promise<string> {
  const folders = folder === undefined ? (process.env['PATH'] ?? '').split(delimiter) : [folder];
  for (const each of folders.filter((path) => path !== '')) {
    const path = join(each, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new PlatformError(`${name} was not found ${folder === undefined ? 'on PATH' : `in ${folder}`}`, { hint });
}

async function versionOf(program: string): Promise<{ readonly version: string; readonly major: number }> {
  const { stdout, failed } = await execa(program, ['--version'], { reject: false, timeout: 20_000 });
  const version = /\(PostgreSQL\) (\d+)(\S*)/.exec(typeof stdout === 'string' ? stdout : '');
  if (!failed && version?.[1] !== undefined) {
    return { version: `${version[1]}${version[2] ?? ''}`, major: Number(version[1]) };
  }
  throw new PlatformError(`${program} --version says no version of PostgreSQL`, { hint });
}
