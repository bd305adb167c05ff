import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseBackups } from '../../contract/database-backups.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { NeededBackup } from '../../contract/retention.js';
import type { Database, Drilled } from '../../pipeline/ports/database.js';
import type { Leftovers } from '../../pipeline/ports/leftovers.js';
import type { Restores } from '../../pipeline/ports/restores.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from '../postgres/address.js';
import { ask, askRows, reachable } from '../postgres/ask.js';
import { compareLedger } from '../postgres/compare-ledger.js';
import { readLedger } from '../postgres/ledger.js';
import { parse } from '../../contract/parse.js';
import { openSession, type Session } from '../postgres/session.js';
import { markWrites, writeMarkSchema, writesSince } from '../postgres/write-mark.js';
import type { BackupKind } from './backup/backup-kind.js';
import { copyBackups } from './backup/copy-backups.js';
import { givenDatabaseAddress, localDatabaseAddress, type GivenDatabase } from './database-address.js';
import { branchBackups } from './branch/branch-backups.js';
import { branchCommands } from './branch/branch-commands.js';
import { dumpBackups } from './dump/dump-backups.js';
import { readServerRecord, serverFolder, type ServerRecord } from './host/postgres-files.js';
import { startServer } from './host/postgres-server.js';
import { settleRoles, type PostgresRole } from './host/postgres-roles.js';
import { resolveSecret } from './host/processes/replica-environment.js';
import { migrateAt, type MigrateAtOptions } from './migrate-at.js';
import { joinLeftovers } from './join-leftovers.js';
import { silent } from './silent.js';

export interface LocalDatabaseOptions extends MigrateAtOptions {
  /** LocalOutputs.directory and the name of its database. */
  readonly directory: string;
  readonly name: string;
  /** Whose runs' databases beside are ours, where a service keeps those of several; left out: none are listed. */
  readonly environment?: string;
  /** Somebody else serves it. */
  readonly given?: GivenDatabase;
  /** Left out: copies of the data folder, of which five are kept. */
  readonly backups?: DatabaseBackups;
  /** What rehearsals have left; left out: there are none here. */
  readonly leftRehearsals?: () => Promise<Leftovers>;
  /** Backups that open runs and retained slots may still need. */
  readonly neededBackups?: () => Promise<readonly NeededBackup[]>;
}

/** The Database port on a server of the environment's own, or on one by its URL. */
export interface LocalDatabase extends Database {
  readonly restores: Restores;
  readonly drill: (work: Work) => Promise<Drilled>;
  readonly leftovers: Leftovers;
  readonly kind: BackupKind;
}

export function openLocalDatabase(options: LocalDatabaseOptions): LocalDatabase {
  const address = (role: PostgresRole) => addressOf(options, role);
  const kind = kindOf(options, address);
  const rehearsed: Leftovers = {
    list: async () => (await (await options.leftRehearsals?.())?.list()) ?? [],
    sweep: async (swept) => (await options.leftRehearsals?.())?.sweep(swept),
  };
  const looking = async <Result>(look: (session: Session) => Promise<Result>): Promise<Result> => {
    const session = await openSession(await address('superuser'), {
      applicationName: 'crossfade writes',
      readOnly: true,
      statementTimeoutMilliseconds: 30_000,
    });
    try {
      return await look(session);
    } finally {
      await session.close();
    }
  };
  return {
    kind,
    backUp: (name, work) => kind.backUp(name, work),
    verifyBackup: async (name, work) => {
      const verdict = await kind.check(name, work);
      if (verdict.answer !== 'yes') return verdict;
      const justTaken = [{ name, because: 'it was taken just now' }];
      const { goes } = await kind.prune(justTaken, { dryRun: false }, work);
      return { ...verdict, evidence: { ...verdict.evidence, removed: [...goes] } };
    },
    migrate: async (release, input, work, wanted) =>
      migrateAt(await address('owner'), release, input, work, watchingDisk(options), wanted),
    migrations: async (release) => {
      const session = await openSession(await address('owner'), {
        applicationName: 'crossfade migrations',
        readOnly: true,
      });
      try {
        return compareLedger(release.migrations, await readLedger(session));
      } finally {
        await session.close();
      }
    },
    askRows: async (sql, signal) => askRows(await address('reader'), sql, signal === undefined ? {} : { signal }),
    ask: async (sql, signal) => ask(await address('reader'), sql, signal === undefined ? {} : { signal }),
    reachable: async () => {
      const created = options.given !== undefined || (await readServerRecord(options.directory)) !== undefined;
      if (created) return reachable(await address('reader'));
      return { answer: 'no', because: `no PostgreSQL was created in ${options.directory}`, evidence: {} };
    },
    mark: () => looking(markWrites),
    writesSince: async (since) => {
      const mark = 'backup' in since ? await kind.markOf(since.backup) : parse(writeMarkSchema, since.mark, 'mark');
      return looking((session) => writesSince(session, mark));
    },
    prune: (needed, asked) => kind.prune(needed, asked, silent),
    restores: kind.restores,
    leftovers: joinLeftovers([rehearsed, kind.leftovers]),
    async drill(work) {
      const began = performance.now();
      const [newest] = await kind.restores.list();
      if (newest === undefined) {
        throw new RefusedError('there is no backup to restore', { hint: 'a deploy takes one: crossfade deploy' });
      }
      const verdict = await kind.check(newest.name, work);
      const milliseconds = Math.round(performance.now() - began);
      return { backup: newest.name, backupCreatedAt: newest.createdAt, milliseconds, verdict };
    },
  };
}

function kindOf(options: LocalDatabaseOptions, address: (role: PostgresRole) => Promise<PostgresAddress>): BackupKind {
  const { directory, name, given, backups } = options;
  const needed = options.neededBackups === undefined ? {} : { neededBackups: options.neededBackups };
  const superuser = () => address('superuser');
  if (backups?.branches !== undefined) {
    const { branches, keep } = backups;
    const place = {
      folder: join(directory, 'branches'),
      branches: branchCommands(branches, name, directory),
      environment: options.environment ?? '',
      address,
    };
    return branchBackups({ place, keep, ...needed });
  }
  if (backups?.kind !== 'dump') {
    const record = () => recordOf(options);
    return copyBackups({ directory, name, keep: backups?.keep ?? 5, record, superuser, ...needed });
  }
  const own = {
    freeBytes: async () => freeBytesOf((await recordOf(options)).data),
    settle: async () => settleRoles(serverFolder(directory), (await recordOf(options)).port, name),
    revive: async () => {
      await startServer({ directory, database: name });
    },
  };
  return dumpBackups({
    place: {
      dumps: join(directory, 'dumps'),
      address: superuser,
      settings: backups,
      secret: (key, reference) => resolveSecret(key, reference, directory),
      ...(given === undefined ? { freeBytes: own.freeBytes } : {}),
    },
    address,
    ...needed,
    ...(given === undefined ? { settle: own.settle, revive: own.revive } : {}),
  });
}

/** Only the environment's own server lies on a disk that can be seen from here. */
function watchingDisk(options: LocalDatabaseOptions): MigrateAtOptions {
  if (options.given !== undefined) return options;
  const freeBytes = async () => freeBytesOf((await recordOf(options)).data);
  return { ...options, migrate: { freeBytes, ...options.migrate } };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function recordOf(options: LocalDatabaseOptions): Promise<ServerRecord> {
  const record = await readServerRecord(options.directory);
  if (record !== undefined) return record;
  throw new PlatformError(`no PostgreSQL was created in ${options.directory}`, {
    hint: 'bring the environment up: pulumi up',
  });
}

function addressOf({ directory, name, given }: LocalDatabaseOptions, role: PostgresRole): Promise<PostgresAddress> {
  if (given !== undefined) return givenDatabaseAddress(directory, name, given, role);
  return localDatabaseAddress(directory, name, role);
}
