import { join } from 'node:path';
import { PlatformError } from '../../../contract/errors.js';
import type { NeededBackup } from '../../../contract/retention.js';
import type { Backup } from '../../../pipeline/ports/database.js';
import type { PostgresAddress } from '../../postgres/address.js';
import type { ServerRecord } from '../host/postgres-files.js';
import { asideLeftovers } from '../host/aside-leftovers.js';
import { reachableTemporaryFolder, unprivilegedAccount } from '../host/postgres-account.js';
import { serverFolder } from '../host/postgres-files.js';
import { postgresRoles, readPassword } from '../host/postgres-roles.js';
import { joinLeftovers } from '../join-leftovers.js';
import { localRestores } from '../restore/local-restores.js';
import type { BackupKind } from './backup-kind.js';
import { readManifest, type BackupManifest } from './manifest.js';
import { restoreAside } from './restore-aside.js';
import { retainBackups } from './retain-backups.js';
import { takeBackup } from './take-backup.js';
import { unfinishedBackups } from './unfinished-backups.js';
import { verifyBackup } from './verify-backup.js';

export interface CopyBackupsOptions {
  readonly directory: string;
  readonly name: string;
  /** Verified ones that are kept. */
  readonly keep: number;
  record(): Promise<ServerRecord>;
  superuser(): Promise<PostgresAddress>;
  readonly neededBackups?: () => Promise<readonly NeededBackup[]>;
}

/** Backups of the environment's own server: its whole data folder. */
export function copyBackups(options: CopyBackupsOptions): BackupKind {
  const backups = join(options.directory, 'backups');
  return {
    async backUp(name, work) {
      const { data } = await options.record();
      return described(await takeBackup({ address: await options.superuser(), data, backups }, name, work));
    },
    check: (name, work) => verifyBackup(backups, name, work),
    async prune(needed, asked) {
      const all = [...needed, ...((await options.neededBackups?.()) ?? [])];
      return retainBackups(backups, { ...asked, keep: options.keep, needed: all });
    },
    markOf: async (name) => (await manifestOf(backups, name)).mark,
    leftovers: joinLeftovers([
      asideLeftovers(backups, () => reachableTemporaryFolder(unprivilegedAccount())),
      unfinishedBackups(backups),
    ]),
    restores: localRestores({
      directory: options.directory,
      name: options.name,
      backups,
      record: () => options.record(),
      manifest: (name) => manifestOf(backups, name),
    }),
    async openClone(name, work) {
      const restored = await restoreAside(backups, await manifestOf(backups, name), {
        withinMilliseconds: 300_000,
        open: true,
        madeBy: `a rehearsal on ${name}`,
        signal: work.signal,
      });
      return {
        milliseconds: restored.milliseconds,
        remove: () => restored.remove(),
        address: (role) => {
          const password = () => Promise.resolve(readPassword(serverFolder(options.directory), role));
          return Promise.resolve({ ...restored.address, host: '127.0.0.1', user: postgresRoles[role], password });
        },
      };
    },
  };
}

async function manifestOf(backups: string, name: string): Promise<BackupManifest> {
  const manifest = await readManifest(backups, name);
  if (manifest === undefined) throw new PlatformError(`there is no backup ${name}`);
  return manifest;
}

function described(manifest: BackupManifest): Backup {
  const { name, bytes, createdAt, milliseconds, serverVersion, files, tables, mark } = manifest;
  const counts = { files: Object.keys(files).length, tables: Object.keys(tables).length };
  return { name, bytes, evidence: { createdAt, milliseconds, serverVersion, lsn: mark.lsn, ...counts } };
}
