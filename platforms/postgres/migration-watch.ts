import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { PostgresAddress } from './address.js';
import { foreignSessions, type ForeignTool } from './foreign-sessions.js';
import { describeProgress } from './migration-progress.js';
import { describeFailure, openSession, type Session } from './session.js';

export interface MigrationWatch {
  /** Who was last seen in the way, as a sentence; undefined when nobody was. */
  readonly blocker: string | undefined;
  /** Why the watch has cancelled the migration's statement; undefined: it has not. */
  readonly stopped: Stopped | undefined;
  stop(): Promise<void>;
}

export interface Stopped {
  readonly because: string;
  /** How to go on; `again` is what is to be done once that may succeed. */
  readonly hint: (again: string) => string;
}

export interface WatchOptions {
  /** The migration's session, or whose they are. */
  readonly of: number | ForeignTool;
  /** How long anybody may wait for what the migration holds. */
  readonly blockAtMostMilliseconds: number;
  /** What the server's disk has left; undefined: nobody sees it. */
  readonly freeBytes?: (() => Promise<number>) | undefined;
  readonly say: (line: string) => void;
}

/** Of the server's disk; as much as a statement writes between two looks, and the log needs for a new segment. */
const spareBytes = 64 * 2 ** 20;
const lookEvery = 250;
const lookAtDiskEvery = 50;
const lookAgainAfter = 1_000;
const sayProgressEvery = 5_000;

const blockerSchema = z.object({
  pid: z.int(),
  application: z.string().nullable(),
  state: z.string().nullable(),
  seconds: z.number().nullable(),
});
const waiterSchema = z.object({ pid: z.int(), blocking: z.int(), application: z.string().nullable() });

/**
 * Looks over a connection of its own, while a migration runs: says who is in its way and how far it has come, and cancels
 * its statement when somebody has waited for it for too long. A watch that fails is said and made anew; it never fails what
 * it watches.
 */
export function watchMigration(address: PostgresAddress, options: WatchOptions): MigrationWatch {
  const ended = new AbortController();
  const seen: Seen = { blocker: undefined, stopped: undefined };
  const watching = watchOn(address, options, seen, ended.signal);
  return {
    get blocker() {
      return seen.blocker;
    },
    get stopped() {
      return seen.stopped;
    },
    stop: async () => {
      ended.abort();
      await watching;
    },
  };
}

interface Seen {
  blocker: string | undefined;
  stopped: Stopped | undefined;
}

/** Looks again after it could not: without a watch nothing would stop a migration that keeps users waiting. */
async function watchOn(address: PostgresAddress, options: WatchOptions, seen: Seen, ended: AbortSignal): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      await watch(address, options, seen, ended);
      return;
    } catch (error) {
      if (ended.aborted) return;
      if (!told) options.say(`nobody sees whom it keeps waiting: ${describeFailure(error)}; looking again`);
      await pause(lookAgainAfter, undefined, { signal: ended }).catch(() => undefined);
    }
  }
}

async function watch(
  address: PostgresAddress,
  { of, blockAtMostMilliseconds, freeBytes, say }: WatchOptions,
  seen: Seen,
  ended: AbortSignal,
): Promise<void> {
  const session = await openSession(address, {
    applicationName: 'crossfade watch',
    statementTimeoutMilliseconds: 5_000,
    readOnly: true,
  });
  const since = new Map<number, number>();
  let toldBlockers = '';
  let toldProgress = { text: '', at: -Infinity };
  try {
    while (!ended.aborted) {
      const pids = typeof of === 'number' ? [of] : await foreignSessions(session, of);
      const blockers = await blockersOf(session, pids);
      if (blockers.pids !== toldBlockers && blockers.pids !== '')
        say(`waiting for a lock held by ${blockers.sentence}`);
      toldBlockers = blockers.pids;
      if (blockers.pids !== '') seen.blocker = blockers.sentence;
      const late = lateWaiters(await waitersFor(session, pids), since, blockAtMostMilliseconds);
      const full = await fullBecause(freeBytes);
      const due = full === undefined ? late : { ...full, blocking: pids };
      if (due !== undefined) {
        if (seen.stopped === undefined) say(`stopping it: ${due.because}`);
        seen.stopped ??= due;
        // Again at every look: one that comes between two statements cancels nothing.
        await session.rows(z.unknown(), 'SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [due.blocking]);
      }
      const text = await describeProgress(session, pids);
      const now = performance.now();
      if (text !== '' && text !== toldProgress.text && now - toldProgress.at >= sayProgressEvery) {
        say(text);
        toldProgress = { text, at: now };
      }
      await untilNextLook(freeBytes, ended);
    }
  } finally {
    await session.close();
  }
}

/** By the watch's own clock, from when each was first seen waiting. */
function lateWaiters(
  waiters: readonly z.infer<typeof waiterSchema>[],
  since: Map<number, number>,
  atMost: number,
): (Stopped & { readonly blocking: readonly number[] }) | undefined {
  const now = performance.now();
  for (const pid of since.keys()) if (!waiters.some((waiter) => waiter.pid === pid)) since.delete(pid);
  for (const { pid } of waiters) if (!since.has(pid)) since.set(pid, now);
  const longest = Math.max(0, ...waiters.map(({ pid }) => now - (since.get(pid) ?? now)));
  if (waiters.length === 0 || longest < atMost) return undefined;
  const sessions = new Set(waiters.map(({ pid }) => pid)).size;
  const names = [...new Set(waiters.map(({ application }) => application ?? 'no name'))].slice(0, 3).join(', ');
  return {
    because: `${sessions} ${sessions === 1 ? 'session' : 'sessions'} (${names}) waited for it, the longest for ${(longest / 1_000).toFixed(1)} s; at most ${atMost / 1_000} s are allowed`,
    blocking: [...new Set(waiters.map(({ blocking }) => blocking))],
    hint: (again) => `${again} when fewer use the table, or split it: 'crossfade migrations lint' says how`,
  };
}

/** A disk fills faster than anybody waits: it is looked at in between, and one that is full is not waited for. */
async function untilNextLook(freeBytes: WatchOptions['freeBytes'], ended: AbortSignal): Promise<void> {
  for (let waited = 0; waited < lookEvery; waited += lookAtDiskEvery) {
    await pause(lookAtDiskEvery, undefined, { signal: ended });
    if ((await fullBecause(freeBytes)) !== undefined) return;
  }
}

/** A server that can't write its write-ahead log stops for everybody. */
async function fullBecause(freeBytes: WatchOptions['freeBytes']): Promise<Stopped | undefined> {
  const free = await freeBytes?.().catch(() => undefined);
  if (free === undefined || free >= spareBytes) return undefined;
  const left = Math.ceil(free / 1_000_000);
  return {
    because: `the server's disk had only ${left} MB left, which those who are served need`,
    hint: (again) => `make room on the server's disk, then ${again}`,
  };
}

/** Never the query's text: it may hold anything. */
async function blockersOf(
  session: Session,
  pids: readonly number[],
): Promise<{ readonly pids: string; readonly sentence: string }> {
  const rows = await session.rows(
    blockerSchema,
    `SELECT DISTINCT a.pid, application_name AS application, state, xact_start,
            extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
       FROM unnest($1::int[]) AS mine, pg_stat_activity a WHERE a.pid = ANY (pg_blocking_pids(mine)) ORDER BY xact_start NULLS LAST`,
    [pids],
  );
  const sentence = rows
    .map(
      (row) =>
        `process ${row.pid} (${row.application ?? 'no name'}, ${row.state ?? 'state unknown'}${row.seconds === null ? '' : `, its transaction is ${Math.round(row.seconds)} s old`})`,
    )
    .join(', ');
  return { pids: rows.map((row) => row.pid).join(' '), sentence };
}

/** Behind it in a queue counts as well: whoever stands in line for a lock holds up all that come after. */
async function waitersFor(session: Session, pids: readonly number[]): Promise<z.infer<typeof waiterSchema>[]> {
  return session.rows(
    waiterSchema,
    `SELECT a.pid, mine AS blocking, a.application_name AS application
       FROM pg_stat_activity a, unnest($1::int[]) AS mine
      WHERE a.wait_event_type = 'Lock' AND a.pid <> ALL ($1::int[]) AND mine = ANY (pg_blocking_pids(a.pid))
        AND a.application_name NOT LIKE 'crossfade %'`,
    [pids],
  );
}
