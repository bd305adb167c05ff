import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '../../../contract/verdict.js';
import { freePort } from './free-port.js';
import { unprivilegedAccount } from './postgres-account.js';
import { postgresBinaries } from './postgres-binaries.js';
import { createServerFiles, readServerRecord, serverFolder, type ServerRecord } from './postgres-files.js';
import { postmasterOf, runPostmaster, stopPostmaster } from './postgres-process.js';
import { passwordFile, postgresRoles, settleRoles } from './postgres-roles.js';

export interface ServerOptions {
  /** The environment's local folder, absolute. All of the server is recorded in `<directory>/postgres`. */
  readonly directory: string;
  readonly database: string;
  /** At the first start only; the server keeps it. Left out or 0: a free one. */
  readonly port?: number;
  readonly startWithinMilliseconds?: number;
}

/** As the services see it: the role that changes rows and nothing else. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly passwordFile: string;
}

/** Starts the embedded PostgreSQL, creating it the first time; adopts one that runs. Throws PlatformError, and then leaves nothing new behind. */
export async function startServer(options: ServerOptions): Promise<ServerAddress> {
  const standing = await readServerRecord(options.directory);
  const binaries = await postgresBinaries(
    standing === undefined ? unprivilegedAccount() : (standing.account ?? undefined),
  );
  const record = standing ?? (await createServerFiles(options.directory, binaries, await freePort(options.port ?? 0)));
  const folder = serverFolder(options.directory);
  try {
    if (postmasterOf(record.data) === undefined) await freePort(record.port);
    const place = { ...record, account: record.account ?? undefined, log: join(folder, 'server.log') };
    const withinMilliseconds = options.startWithinMilliseconds ?? 60_000;
    await runPostmaster(binaries, place, serverSettings(record), {
      withinMilliseconds,
      retryWithinMilliseconds: 5_000,
    });
    await settleRoles(folder, record.port, options.database);
  } catch (error) {
    if (standing === undefined) await removeServer(options);
    throw error;
  }
  return {
    host: '127.0.0.1',
    port: record.port,
    name: options.database,
    user: postgresRoles.app,
    passwordFile: passwordFile(folder, 'app'),
  };
}

/** Ends its sessions and stops it; nothing happens where none runs. The data stays. */
export async function stopServer(options: {
  readonly directory: string;
  readonly withinMilliseconds?: number;
}): Promise<void> {
  const record = await readServerRecord(options.directory);
  if (record !== undefined) await stopPostmaster(record.data, options.withinMilliseconds ?? 20_000);
}

/** Stops it and deletes data, passwords and log for good; backups lie elsewhere and stay. */
export async function removeServer(options: { readonly directory: string }): Promise<void> {
  const record = await readServerRecord(options.directory);
  const folder = serverFolder(options.directory);
  await stopServer(options);
  for (const path of [...(record?.outside ?? []), folder]) await rm(path, { recursive: true, force: true });
}

export async function serverAlive(options: { readonly directory: string }): Promise<Verdict> {
  const record = await readServerRecord(options.directory);
  if (record === undefined)
    return { answer: 'no', because: `no server was created in ${options.directory}`, evidence: {} };
  const pid = postmasterOf(record.data);
  if (pid === undefined) return { answer: 'no', because: `no process runs on ${record.data}`, evidence: {} };
  return { answer: 'yes', because: `process ${pid} on port ${record.port}`, evidence: { pid, port: record.port } };
}

/** What every server of ours runs with; argv wins over the files in the data folder. */
export function serverSettings(record: Pick<ServerRecord, 'port' | 'socketFolder'>): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(record.port),
    unix_socket_directories: record.socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '100',
    fsync: 'on',
    wal_level: 'replica',
    password_encryption: 'scram-sha-256',
    cluster_name: 'crossfade',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}
