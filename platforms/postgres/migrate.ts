import { IntegrityError, RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from './address.js';
import { applyMigration, type ApplyLimits } from './apply-migration.js';
import { compareLedger } from './compare-ledger.js';
import { explainFailure } from './explain-failure.js';
import { createLedger, readLedger } from './ledger.js';
import { takeMigrationLock } from './migration-lock.js';
import { watchMigration, type MigrationWatch } from './migration-watch.js';
import { readMigrations, type ReadMigration } from './read-migration.js';
import { openSession, type Session } from './session.js';

export interface MigrateOptions extends Partial<ApplyLimits> {
  /** Of the run, for the version table and for whoever looks who holds a lock. */
  readonly run: string;
  /** How long anybody may wait for what a statement holds, before it is cancelled. */
  readonly blockAtMostMilliseconds?: number;
  /** What the server's disk has left, where that can be seen: it must not fill under those who are served. */
  readonly freeBytes?: () => Promise<number>;
  /** How long to wait for another migration of the same database. */
  readonly otherMigrationMilliseconds?: number;
  /** Ids that are not applied now. */
  readonly hold?: readonly string[];
  /** Ids that remove something, beside those that say so themselves. */
  readonly contracting?: readonly string[];
  /** Why migrations that remove something may run now; left out, they are refused. */
  readonly contractBecause?: string;
  /** How long to look for the server again after the connection was lost. */
  readonly readStateWithinMilliseconds?: number;
}

/**
 * Applies what is missing of a release's SQL, in the order of ids, under an advisory lock of the database. The address
 * must be the server's own, not a pooler that shares sessions. Throws PlatformError saying what is in and what isn't,
 * RefusedError and IntegrityError before anything is changed.
 */
export async function migrate(
  address: PostgresAddress,
  release: Release,
  options: MigrateOptions,
  work: Work,
): Promise<JsonObject> {
  const migrations = readMigrations(release).map((migration) =>
    options.contracting?.includes(migration.id) === true ? { ...migration, phase: 'contract' as const } : migration,
  );
  const session = await openSession(address, { applicationName: `crossfade migrate ${options.run}` });
  const watch = watchMigration(address, {
    of: session.pid,
    blockAtMostMilliseconds: options.blockAtMostMilliseconds ?? 5_000,
    freeBytes: options.freeBytes,
    say: (line) => work.say(line),
  });
  try {
    const lock = {
      withinMilliseconds: options.otherMigrationMilliseconds ?? 60_000,
      signal: work.signal,
      say: (line: string) => work.say(line),
    };
    await takeMigrationLock(session, lock);
    await createLedger(session);
    const { missing, held, earlier } = await stillMissing(session, migrations, options);
    const began = performance.now();
    for (const migration of missing) {
      work.signal.throwIfAborted();
      await applyOne({ address, session, migrations, migration, release, options, work, watch });
    }
    return {
      applied: missing.map(({ id }) => id),
      // By a process of this run that did not live to say so.
      ...(earlier.length === 0 ? {} : { appliedEarlier: [...earlier] }),
      alreadyIn: migrations.length - missing.length - held.length,
      ...(held.length === 0 ? {} : { held }),
      milliseconds: Math.round(performance.now() - began),
    };
  } finally {
    await watch.stop();
    await session.close();
  }
}

async function stillMissing(
  session: Session,
  migrations: readonly ReadMigration[],
  { contractBecause, hold = [], run }: MigrateOptions,
): Promise<{
  readonly missing: readonly ReadMigration[];
  readonly held: readonly string[];
  readonly earlier: readonly string[];
}> {
  const ledger = await readLedger(session);
  const { missing, differing } = compareLedger(migrations, ledger);
  if (differing.length > 0) {
    throw new IntegrityError(`in the database with another content than in the release: ${differing.join(', ')}`, {
      hint: 'a migration that has run is never edited: put its file back as it was, and the change into a new one',
    });
  }
  const removing = migrations
    .filter(({ id, phase }) => phase === 'contract' && missing.includes(id) && !hold.includes(id))
    .map(({ id }) => id);
  if (removing.length > 0 && contractBecause === undefined) {
    throw new RefusedError(
      `${removing.join(', ')}: removes what a standing slot may still need, so it waits until the slot of the release before is retired`,
      {
        hint: 'take it out of this release, and put it into the first one after crossfade slot destroy of the idle slot',
      },
    );
  }
  return {
    missing: migrations.filter(({ id }) => missing.includes(id) && !hold.includes(id)),
    held: missing.filter((id) => hold.includes(id)),
    earlier: migrations.map(({ id }) => id).filter((id) => !missing.includes(id) && ledger.get(id)?.run === run),
  };
}

interface One {
  readonly address: PostgresAddress;
  readonly session: Session;
  readonly migrations: readonly ReadMigration[];
  readonly migration: ReadMigration;
  readonly release: Release;
  readonly options: MigrateOptions;
  readonly work: Work;
  readonly watch: MigrationWatch;
}

async function applyOne(one: One): Promise<void> {
  const { session, migration, options, work } = one;
  const limits: ApplyLimits = {
    lockTimeoutMilliseconds: options.lockTimeoutMilliseconds ?? 5_000,
    lockAttempts: options.lockAttempts ?? 5,
    lockPauseMilliseconds: options.lockPauseMilliseconds ?? 1_000,
    statementTimeoutMilliseconds: options.statementTimeoutMilliseconds ?? 900_000,
  };
  const began = performance.now();
  work.say(`migrating ${migration.id}`);
  try {
    const context = {
      session,
      limits,
      release: one.release.version,
      run: options.run,
      signal: work.signal,
      say: (line: string) => work.say(line),
    };
    await applyMigration(migration, (await readLedger(session)).get(migration.id), context);
  } catch (error) {
    throw (
      (await explainFailure(
        {
          address: one.address,
          migrations: one.migrations,
          migration,
          version: one.release.version,
          blocker: one.watch.blocker,
          stopped: one.watch.stopped,
          readStateWithinMilliseconds: options.readStateWithinMilliseconds ?? 10_000,
        },
        error,
      )) ?? error
    );
  }
  work.say(`${migration.id} is in after ${Math.round(performance.now() - began)} ms`);
}
