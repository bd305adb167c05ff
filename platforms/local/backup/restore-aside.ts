import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresAddress } from '../../postgres/address.js';
import { longestAsideName, makeAsideFolder, sweepAsideFolders } from '../host/aside-folder.js';
import { freePort } from '../host/free-port.js';
import { canReach, reachableTemporaryFolder, unprivilegedAccount } from '../host/postgres-account.js';
import { postgresBinaries } from '../host/postgres-binaries.js';
import { longestSocketFolder, makeFolder } from '../host/postgres-files.js';
import { runPostmaster, stopPostmaster } from '../host/postgres-process.js';
import { postgresRoles } from '../host/postgres-roles.js';
import { serverSettings } from '../host/postgres-server.js';
import { copyBack, give } from './copy-back.js';
import { backupFolder, type BackupManifest } from './manifest.js';
import { notRestored } from './not-restored.js';

export interface Restored {
  /** As superuser over a unix socket in a folder that nobody else can enter. */
  readonly address: PostgresAddress;
  /** From copying to ready. */
  readonly milliseconds: number;
  /** Stops it and deletes its files. */
  remove(): Promise<void>;
}

export interface RestoreOptions {
  readonly withinMilliseconds: number;
  /** Whether it also listens on its port of 127.0.0.1, for the roles and passwords of the backup. */
  readonly open: boolean;
  /** What it is made for, for people. */
  readonly madeBy: string;
  readonly signal: AbortSignal;
}

/**
 * A server on a copy of a backup, beside the one that works. Throws IntegrityError when the backup is not what its
 * manifest says, PlatformError when the server doesn't come up; neither leaves anything behind.
 */
export async function restoreAside(
  backups: string,
  manifest: BackupManifest,
  options: RestoreOptions,
): Promise<Restored> {
  const began = performance.now();
  const account = unprivilegedAccount();
  const binaries = await postgresBinaries(account);
  const near = canReach(backups, account) && join(backups, longestAsideName, 'socket').length <= longestSocketFolder;
  const temporary = reachableTemporaryFolder(account);
  for (const each of new Set([backups, temporary])) await sweepAsideFolders(each);
  const parent = near ? backups : temporary;
  const base = await makeAsideFolder(parent, { of: backups, madeBy: options.madeBy });
  const data = join(base, 'data');
  const remove = async () => {
    await stopPostmaster(data, 20_000);
    await rm(base, { recursive: true, force: true });
  };
  try {
    const hba = join(base, 'pg_hba.conf');
    await writeFile(hba, `local all ${postgresRoles.superuser} trust\nhost all all 127.0.0.1/32 scram-sha-256\n`);
    const socketFolder = join(base, 'socket');
    await makeFolder(socketFolder, account);
    await copyBack(join(backupFolder(backups, manifest.name), 'data'), data, manifest, options.signal);
    await give(base, account);
    const port = await freePort(0);
    const settings = {
      ...serverSettings({ port, socketFolder }),
      hba_file: hba,
      cluster_name: `crossfade restore ${manifest.name}`.slice(0, 63),
      autovacuum: 'off',
      ...(options.open ? {} : { listen_addresses: '', fsync: 'off' }),
    };
    const patience = { withinMilliseconds: options.withinMilliseconds, retryWithinMilliseconds: 0 };
    await runPostmaster(
      binaries,
      { data, socketFolder, port, account, log: join(base, 'server.log') },
      settings,
      patience,
    );
    const user = postgresRoles.superuser;
    const address: PostgresAddress = {
      host: socketFolder,
      port,
      database: manifest.database,
      user,
      password: () => Promise.resolve(''),
      tls: 'off',
    };
    return { address, milliseconds: Math.round(performance.now() - began), remove };
  } catch (error) {
    await remove();
    options.signal.throwIfAborted();
    throw notRestored(manifest.name, parent, error);
  }
}
