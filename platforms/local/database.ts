import { join } from 'node:path';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Backup, Database, Restores, Work } from '../../pipeline/ports.js';
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
import { readManifest, type BackupManifest } from './backup/manifest.js';
import { restoreAside, type Restored } from './backup/restore-aside.js';
import { retainBackups } from './backup/retain-backups.js';
import { takeBackup } from './backup/take-backup.js';
import { verifyBackup } from './backup/verify-backup.js';
import { readServerRecord, serverFolder } from './host/postgres-files.js';
import { postgresRoles, readPassword, type PostgresRole } from './host/postgres-roles.js';
import { runOneOff } from './one-off.js';
import { localRestores } from './restore/local-restores.js';

export interface LocalDatabaseOptions {
  /** LocalOutputs.directory and the name of its database. */
  readonly directory: string;
  readonly name: string;
  /** Where an artifact of this digest lies. */
  artifactFolder(digest: string): string;
  /** Settings, secrets included, that a one-off of this input gets beside DATABASE_URL; left out: the input's plain values. */
  environmentOf?(input: SlotInput): Promise<Readonly<Record<string, string>>>;
  /** Verified backups that are kept. */
  readonly keep?: number;
  /** Backups that open runs and retained slots may still need. */
  neededBackups?(): Promise<readonly string[]>;
  readonly migrate?: Omit<MigrateOptions, 'run'>;
  readonly oneOffTimeoutMilliseconds?: number;
}

/** The Database port on the embedded server, and what only a database of our own can tell. */
export interface LocalDatabase extends Database {
  readonly restores: Restores;
  /** A server on a copy of the backup, beside the one that works; the caller removes it. */
  restoreAside(name: string, work: Work): Promise<Restored>;
}

export function openLocalDatabase(options: LocalDatabaseOptions): LocalDatabase {
  const backups = join(options.directory, 'backups');
  const address = (role: PostgresRole) => addressOf(options, role);
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
    backUp: async (name, work) => {
      const data = (await recordOf(options)).data;
      return describeBackup(await takeBackup({ address: await address('superuser'), data, backups }, name, work));
    },
    verifyBackup: async (name, work) => {
      const verdict = await verifyBackup(backups, name, work);
      if (verdict.answer !== 'yes') return verdict;
      const removed = await retainBackups(backups, options.keep ?? 5, [
        name,
        ...((await options.neededBackups?.()) ?? []),
      ]);
      return { ...verdict, evidence: { ...verdict.evidence, removed } };
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
      if ((await readServerRecord(options.directory)) !== undefined) return reachable(await address('reader'));
      return { answer: 'no', because: `no PostgreSQL was created in ${options.directory}`, evidence: {} };
    },
    mark: () => looking(markWrites),
    writesSince: async (since) => {
      const mark =
        'backup' in since ? (await manifestOf(backups, since.backup)).mark : parse(writeMarkSchema, since.mark, 'mark');
      return looking((session) => writesSince(session, mark));
    },
    restores: localRestores({
      directory: options.directory,
      name: options.name,
      backups,
      record: () => recordOf(options),
      manifest: (name) => manifestOf(backups, name),
    }),
    restoreAside: async (name, work) =>
      restoreAside(backups, await manifestOf(backups, name), {
        withinMilliseconds: 300_000,
        open: true,
        signal: work.signal,
      }),
  };
}

async function recordOf(options: LocalDatabaseOptions) {
  const record = await readServerRecord(options.directory);
  if (record !== undefined) return record;
  throw new PlatformError(`no PostgreSQL was created in ${options.directory}`, {
    hint: 'bring the environment up: pulumi up',
  });
}

async function addressOf(options: LocalDatabaseOptions, role: PostgresRole): Promise<PostgresAddress> {
  const { port } = await recordOf(options);
  const password = () => Promise.resolve(readPassword(serverFolder(options.directory), role));
  return { host: '127.0.0.1', port, database: options.name, user: postgresRoles[role], password, tls: 'off' };
}

async function manifestOf(backups: string, name: string): Promise<BackupManifest> {
  const manifest = await readManifest(backups, name);
  if (manifest === undefined) throw new PlatformError(`there is no backup ${name}`);
  return manifest;
}

function describeBackup(manifest: BackupManifest): Backup {
  const { name, bytes, createdAt, milliseconds, serverVersion, files, tables, mark } = manifest;
  const counts = { files: Object.keys(files).length, tables: Object.keys(tables).length };
  return { name, bytes, evidence: { createdAt, milliseconds, serverVersion, lsn: mark.lsn, ...counts } };
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
