import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../../contract/errors.js';
import type { Release } from '../../../contract/release.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { orLackingMigrations } from '../../postgres/or-lacking-migrations.js';
import { openSession } from '../../postgres/session.js';
import { countTables } from '../../postgres/table-counts.js';
import type { BackupManifest } from '../backup/manifest.js';
import { compareCounts } from '../backup/verify-backup.js';
import { makeAsideFolder, sweepAsideFolders } from '../host/aside-folder.js';
import { freePort } from '../host/free-port.js';
import { reachableTemporaryFolder } from '../host/postgres-account.js';
import { postgresBinaries } from '../host/postgres-binaries.js';
import { makeFolder, type ServerRecord } from '../host/postgres-files.js';
import { runPostmaster, stopPostmaster } from '../host/postgres-process.js';
import { postgresRoles } from '../host/postgres-roles.js';
import { serverSettings } from '../host/postgres-server.js';

export interface RestoredPlace {
  readonly data: string;
  /** Folder of the environment's backups. */
  readonly backups: string;
  readonly run: string;
}

/**
 * Starts a server on the restored data where nobody else can reach it, counts, compares its migrations with those that the
 * release needs, and shuts it down cleanly, so that the switch finds it recovered.
 */
export async function verifyRestored(
  { data, backups, run }: RestoredPlace,
  manifest: BackupManifest,
  record: ServerRecord,
  release: Release | undefined,
  work: Work,
): Promise<Verdict> {
  const account = record.account ?? undefined;
  const temporary = reachableTemporaryFolder(account);
  await sweepAsideFolders(temporary);
  const base = await makeAsideFolder(temporary, { of: backups, madeBy: `the check of what run ${run} restores` });
  const began = performance.now();
  try {
    const socketFolder = join(base, 'socket');
    // The account walks through it.
    if (account !== undefined) await chmod(base, 0o711);
    await makeFolder(socketFolder, account);
    const hba = join(base, 'pg_hba.conf');
    await writeFile(hba, `local all ${postgresRoles.superuser} trust\n`, { mode: 0o644 });
    const port = await freePort(0);
    const settings = { ...serverSettings({ port, socketFolder }), listen_addresses: '', hba_file: hba };
    const patience = { withinMilliseconds: 300_000, retryWithinMilliseconds: 0 };
    work.say('starting a server on what was restored, to count it');
    const place = { data, socketFolder, port, account, log: join(base, 'server.log') };
    await runPostmaster(await postgresBinaries(account), place, settings, patience);
    const session = await openSession(
      {
        host: socketFolder,
        port,
        database: manifest.database,
        user: postgresRoles.superuser,
        password: () => Promise.resolve(''),
        tls: 'off',
      },
      { applicationName: 'crossfade check', readOnly: true },
    );
    try {
      const counted = compareCounts(manifest, await countTables(session), Math.round(performance.now() - began));
      if (counted.answer !== 'yes' || release === undefined) return counted;
      return await orLackingMigrations(counted, release, session);
    } finally {
      await session.close();
    }
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof OperatorError)) throw error;
    return { answer: 'no', because: error.message, evidence: {} };
  } finally {
    await stopPostmaster(data, 60_000);
    await rm(base, { recursive: true, force: true });
  }
}
