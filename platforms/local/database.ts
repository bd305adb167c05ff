import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseBackups } from '../../contract/database-backups.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Database, Restores, Work } from '../../pipeline/ports.js';
import { postgresUrl, type PostgresAddress } from '../postgres/address.js';
import { ask, askRows, reachable } from '../postgres/ask.js';
import { compareLedger } from '../postgres/compare-ledger.js';
import { noteOwnCommand } from '../postgres/note-own-command.js';
import { readLedger } from '../postgres/ledger.js';
import { migrate, type MigrateOptions } from '../postgres/migrate.js';
import { withMigrationLock } from '../postgres/migration-lock.js';
import { parse } from '../../contract/parse.js';
import { openSession, type Session } from '../postgres/session.js';
import { markWrites, writeMarkSchema, writesSince } from '../postgres/write-mark.js';
import type { BackupKind } from './backup/backup-kind.js';
import { copyBackups } from './backup/copy-backups.js';
import { givenDatabaseAddress, localDatabaseAddress, type GivenDatabase } from './database-address.js';
import { dumpBackups } from './dump/dump-backups.js';
import { readServerRecord, serverFolder, type ServerRecord } from './host/postgres-files.js';
import { settleRoles, type PostgresRole } from './host/postgres-roles.js';
import { resolveSecret } from './host/processes/replica-environment.js';
import { runOneOff } from './one-off.js';

export interface LocalDatabaseOptions {
  /** LocalOutputs.directory and the name of its database. */
  readonly directory: string;
  readonly name: string;
  /** Somebody else serves it. */
  readonly given?: GivenDatabase;
  /** Left out: copies of the data folder, of which five are kept. */
  readonly backups?: DatabaseBackups;
  /** Where an artifact of this digest lies. */
  artifactFolder(digest: string): string;
  /** Settings, secrets included, that a one-off of this input gets beside DATABASE_URL; left out: the input's plain values. */
  environmentOf?(input: SlotInput): Promise<Readonly<Record<string, string>>>;
  /** Backups that open runs and retained slots may still need. */
  readonly neededBackups?: () => Promise<readonly string[]>;
  readonly migrate?: Omit<MigrateOptions, 'run'>;
  readonly oneOffTimeoutMilliseconds?: number;
}

/** The Database port on a server of the environment's own, or on one by its URL. */
export interface LocalDatabase extends Database {
  readonly restores: Restores;
  readonly kind: BackupKind;
}

export function openLocalDatabase(options: LocalDatabaseOptions): LocalDatabase {
  const address = (role: PostgresRole) => addressOf(options, role);
  const kind = kindOf(options, address);
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
      return { ...verdict, evidence: { ...verdict.evidence, removed: [...(await kind.retain(name, work))] } };
    },
    migrate: async (release, input, work, wanted = {}) => ({
      ...(await migrate(await address('owner'), release, { ...options.migrate, ...wanted, run: input.run }, work)),
      ...(await runOwnCommand(options, await address('owner'), release, input, work, wanted.blockAtMostMilliseconds)),
    }),
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
    restores: kind.restores,
  };
}

function kindOf(options: LocalDatabaseOptions, address: (role: PostgresRole) => Promise<PostgresAddress>): BackupKind {
  const { directory, name, given, backups } = options;
  const needed = options.neededBackups === undefined ? {} : { neededBackups: options.neededBackups };
  const superuser = () => address('superuser');
  if (backups?.kind !== 'dump') {
    const record = () => recordOf(options);
    return copyBackups({ directory, name, keep: backups?.keep ?? 5, record, superuser, ...needed });
  }
  const own = {
    freeBytes: async () => freeBytesOf((await recordOf(options)).data),
    settle: async () => settleRoles(serverFolder(directory), (await recordOf(options)).port, name),
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
    ...(given === undefined ? { settle: own.settle } : {}),
  });
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

/** The release's own tool, under the same lock as plain SQL. */
async function runOwnCommand(
  options: LocalDatabaseOptions,
  owner: PostgresAddress,
  release: Release,
  input: SlotInput,
  work: Work,
  blockAtMostMilliseconds = 5_000,
): Promise<JsonObject> {
  const { migrate: own } = release;
  if (own === undefined) return {};
  const artifact = release.artifacts[own.service];
  if (artifact === undefined)
    throw new RefusedError(
      `release ${release.version} migrates with service ${own.service}, of which it has no artifact`,
    );
  const tool = own.command[0] ?? '';
  work.say(`running ${tool} of ${own.service} to migrate`);
  const settings = (await options.environmentOf?.(input)) ?? input.settings.values;
  const oneOff = {
    argv: own.command,
    folder: options.artifactFolder(artifact.digest),
    environment: { ...settings, DATABASE_URL: await postgresUrl(owner) },
    timeoutMilliseconds: options.oneOffTimeoutMilliseconds ?? 900_000,
    say: (line: string) => work.say(line),
  };
  const withinMilliseconds = options.migrate?.otherMigrationMilliseconds ?? 60_000;
  const lock = { run: input.run, withinMilliseconds, blockAtMostMilliseconds };
  const { result, changed } = await withMigrationLock(owner, lock, work, () => runOneOff(oneOff));
  const before = await noteOwnCommand(owner, { release: release.version, run: input.run, changed });
  if (!changed && !before) {
    const nothing = `${tool} ended well and changed nothing: neither the schema nor its own table of versions`;
    if (own.mustChange === true)
      throw new PlatformError(nothing, { hint: `does it connect to DATABASE_URL? run it by hand in ${oneOff.folder}` });
    work.say(nothing);
  }
  return { command: { ...result, changed } };
}
