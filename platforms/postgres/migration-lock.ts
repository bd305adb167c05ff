import { z } from 'zod';
import { counted } from '../../contract/counted.js';
import { PlatformError } from '../../contract/errors.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from './address.js';
import { invalidIndexes } from './invalid-indexes.js';
import { sessionsOfRole, toolName } from './foreign-sessions.js';
import { watchMigration, type WatchOptions } from './migration-watch.js';
import { schemaFingerprint } from './schema-fingerprint.js';
import { openSession, type Session } from './session.js';
import { wait } from './wait.js';

/** The advisory lock of this database that whoever migrates holds: the eight letters "crossfad" as one number. */
export const migrationLockKey = '7165912498747892068';

export interface LockWait {
  readonly withinMilliseconds: number;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/**
 * Held until the session ends. Throws PlatformError naming the holder when it is not had in time.
 * It asks again and again: a session that waits inside pg_advisory_lock keeps a snapshot, on which a CREATE INDEX
 * CONCURRENTLY of the holder would wait for ever.
 */
export async function takeMigrationLock(session: Session, options: LockWait): Promise<void> {
  const deadline = performance.now() + options.withinMilliseconds;
  for (let told = false; !(await tryLock(session)); told = true) {
    const holder = await describeHolder(session);
    if (!told) options.say(`waiting for another migration: ${holder}`);
    if (performance.now() >= deadline) {
      throw new PlatformError(
        `another migration of this database runs and did not end within ${Math.round(options.withinMilliseconds / 1_000)} s: ${holder}`,
        {
          hint: 'wait for it, then deploy again; nothing was changed by this one',
        },
      );
    }
    await wait(Math.min(250, Math.max(1, deadline - performance.now())), options.signal);
  }
}

export interface Foreign<Result> {
  readonly result: Result;
  /** Whether the schema, or the tool's own table of versions, is another than before. */
  readonly changed: boolean;
}

/**
 * For a migration that another program does: the lock is held by a session of ours for as long as it runs, and what it
 * blocks is watched. Throws PlatformError when an index was left invalid, or when it was stopped for blocking others.
 */
export async function withMigrationLock<Result>(
  address: PostgresAddress,
  options: { readonly run: string; readonly withinMilliseconds: number } & Pick<
    WatchOptions,
    'blockAtMostMilliseconds' | 'freeBytes'
  >,
  work: Work,
  act: () => Promise<Result>,
): Promise<Foreign<Result>> {
  const session = await openSession(address, { applicationName: `crossfade migrate ${options.run}` });
  try {
    await takeMigrationLock(session, {
      withinMilliseconds: options.withinMilliseconds,
      signal: work.signal,
      say: (line) => work.say(line),
    });
    const before = { indexes: new Set(await invalidIndexes(session)), schema: await schemaFingerprint(session) };
    const others = (await sessionsOfRole(session)).map(({ pid }) => pid);
    if (others.length > 0)
      work.say(
        `${counted(others.length, 'other session')} of the role that migrates: only what is named ${toolName} is watched`,
      );
    const { blockAtMostMilliseconds, freeBytes } = options;
    const say = (line: string): void => work.say(line);
    const watching = { of: { before: others }, blockAtMostMilliseconds, freeBytes, say };
    const result = await watched(address, watching, act);
    const left = (await invalidIndexes(session)).filter((name) => !before.indexes.has(name));
    const changed = (await schemaFingerprint(session)) !== before.schema;
    if (left.length === 0) return { result, changed };
    throw new PlatformError(`the migration ended well but left invalid indexes: ${left.join(', ')}`, {
      hint: left.map((name) => `DROP INDEX CONCURRENTLY ${name};`).join(' '),
    });
  } finally {
    await session.close();
  }
}

async function watched<Result>(
  address: PostgresAddress,
  watching: WatchOptions,
  act: () => Promise<Result>,
): Promise<Result> {
  const watch = watchMigration(address, watching);
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof PlatformError) || watch.stopped === undefined) throw cause;
    throw new PlatformError(`its statement was stopped: ${watch.stopped.because}. ${cause.message}`, {
      cause,
      hint: watch.stopped.hint('look into its own table of versions for what is in, and deploy again'),
    });
  } finally {
    await watch.stop();
  }
}

async function tryLock(session: Session): Promise<boolean> {
  const [row] = await session.rows(z.object({ had: z.boolean() }), 'SELECT pg_try_advisory_lock($1::bigint) AS had', [
    migrationLockKey,
  ]);
  return row?.had === true;
}

async function describeHolder(session: Session): Promise<string> {
  const [row] = await session.rows(
    z.object({ pid: z.int(), application: z.string().nullable(), seconds: z.number().nullable() }),
    `SELECT l.pid, a.application_name AS application, extract(epoch FROM clock_timestamp() - a.backend_start)::float8 AS seconds
       FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`,
    [migrationLockKey],
  );
  if (row === undefined) return 'its holder has just gone';
  const since = row.seconds === null ? '' : `, connected for ${Math.round(row.seconds)} s`;
  return `process ${row.pid} (${row.application ?? 'no name'}${since})`;
}
