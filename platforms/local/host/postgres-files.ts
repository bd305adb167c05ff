import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { PlatformError } from '../../../contract/errors.js';
import { parse } from '../../../contract/parse.js';
import { writeJsonFile } from '../atomic-file.js';
import { flushTree } from '../flush-tree.js';
import { errnoOf } from './errno.js';
import { canReach, reachableTemporaryFolder, unprivilegedAccount, type Account } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { newPassword } from './postgres-password.js';
import { passwordFile, postgresRoles, type PostgresRole } from './postgres-roles.js';

const serverRecordSchema = z.strictObject({
  format: z.literal(1),
  port: z.int(),
  /** As root it may lie under the temporary folder: an unprivileged account can't reach a folder below /root. */
  data: z.string(),
  socketFolder: z.string(),
  /** Private folders outside `directory` that were made for this server and go with it. */
  outside: z.array(z.string()),
  account: z.strictObject({ name: z.string(), uid: z.int(), gid: z.int() }).nullable(),
  /** Data folders that were in use before a restore, newest last: kept, and stopped. */
  kept: z.array(z.strictObject({ data: z.string(), run: z.string(), at: z.iso.datetime() })).default([]),
});

export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** A unix socket's path may have 103 bytes on macOS, of which `/.s.PGSQL.65535` takes 15. */
export const longestSocketFolder = 88;

/** Record, passwords, log, and where possible data and socket of the server of one environment. */
export function serverFolder(directory: string): string {
  return join(directory, 'postgres');
}

/** Undefined where no server was created. Throws ConfigurationError when the record doesn't fit its schema. */
export async function readServerRecord(directory: string): Promise<ServerRecord | undefined> {
  const file = join(serverFolder(directory), 'server.json');
  try {
    return parse(serverRecordSchema, JSON.parse(await readFile(file, 'utf8')), file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a server's files aside and renames them, so that an interrupted or second start leaves no half server. */
export async function createServerFiles(
  directory: string,
  binaries: PostgresBinaries,
  port: number,
): Promise<ServerRecord> {
  const account = unprivilegedAccount();
  const folder = serverFolder(directory);
  await mkdir(directory, { recursive: true });
  const aside = await mkdtemp(`${folder}.making-`);
  const outside: string[] = [];
  try {
    // The account walks through it; the files in it are for their owner only.
    await chmod(aside, account === undefined ? 0o700 : 0o711);
    const inside = canReach(aside, account);
    const base = inside ? aside : await privateFolder(outside, 'crossfade-postgres-', account);
    const settled = inside ? folder : base;
    await writePasswords(aside);
    await initialise(binaries, join(base, 'data'), passwordFile(aside, 'superuser'), account);
    const short = join(settled, 'socket').length <= longestSocketFolder;
    if (short) await makeFolder(join(base, 'socket'), account);
    const record: ServerRecord = {
      format: 1,
      port,
      data: join(settled, 'data'),
      socketFolder: short ? join(settled, 'socket') : await privateFolder(outside, 'crossfade-socket-', account),
      outside,
      account: account ?? null,
      kept: [],
    };
    await writeFile(join(aside, 'server.json'), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    await rename(aside, folder);
    return record;
  } catch (error) {
    for (const path of [aside, ...outside]) await rm(path, { recursive: true, force: true });
    const other =
      errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST' ? await readServerRecord(directory) : undefined;
    if (other !== undefined) return other;
    throw error;
  }
}

/** As a whole or not at all: which data folder the server runs on is one rename. */
export async function writeServerRecord(directory: string, record: ServerRecord): Promise<void> {
  await writeJsonFile(join(serverFolder(directory), 'server.json'), record);
}

/** A folder that only the account (undefined: the caller) can enter. */
export async function makeFolder(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (account !== undefined) await chown(path, account.uid, account.gid);
}

async function privateFolder(made: string[], prefix: string, account: Account | undefined): Promise<string> {
  const path = await mkdtemp(join(reachableTemporaryFolder(account), prefix));
  made.push(path);
  if (account !== undefined) await chown(path, account.uid, account.gid);
  return path;
}

async function writePasswords(folder: string): Promise<void> {
  for (const role of Object.keys(postgresRoles) as PostgresRole[]) {
    await writeFile(passwordFile(folder, role), `${newPassword()}\n`, { mode: 0o600, flag: 'wx' });
  }
}

async function initialise(
  binaries: PostgresBinaries,
  data: string,
  password: string,
  account: Account | undefined,
): Promise<void> {
  await makeFolder(data, account);
  // initdb reads the password as the account, and wants its data folder empty: the copy lies beside both for as long as it runs.
  const readable = `${data}.password`;
  await writeFile(readable, await readFile(password), { mode: 0o600 });
  if (account !== undefined) await chown(readable, account.uid, account.gid);
  const flags = [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--data-checksums',
    '--wal-segsize=1',
    '--no-sync',
  ];
  const result = await execa(
    binaries.initdb,
    ['-D', data, '-U', postgresRoles.superuser, `--pwfile=${readable}`, ...flags],
    {
      cwd: dirname(data),
      env: { PATH: '/usr/bin:/bin', LANG: 'C', TZ: 'UTC' },
      extendEnv: false,
      timeout: 120_000,
      reject: false,
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    },
  );
  await rm(readable, { force: true });
  if (!result.failed) await flushTree(data);
  if (result.failed)
    throw new PlatformError(`initdb failed on ${data}: ${result.stderr.slice(-2_000)}`, { cause: result });
}
