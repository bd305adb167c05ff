import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { PostgresAddress } from './address.js';
import { openSession, type Session } from './session.js';

export interface BlockerWatch {
  /** Who was last seen in the way, as a sentence; undefined when nobody was. */
  readonly last: string | undefined;
  stop(): Promise<void>;
}

const blockerSchema = z.object({
  pid: z.int(),
  application: z.string().nullable(),
  state: z.string().nullable(),
  seconds: z.number().nullable(),
});

/** Looks twice a second, over a connection of its own, who holds what the process waits for, and says it when that changes. */
export function watchBlockers(address: PostgresAddress, pid: number, say: (line: string) => void): BlockerWatch {
  const ended = new AbortController();
  let last: string | undefined;
  const watching = (async () => {
    const session = await openSession(address, {
      applicationName: 'crossfade blockers',
      statementTimeoutMilliseconds: 5_000,
      readOnly: true,
    });
    try {
      let told = '';
      while (!ended.signal.aborted) {
        const seen = await blockersOf(session, pid);
        if (seen.pids !== told && seen.pids !== '') say(`waiting for a lock held by ${seen.sentence}`);
        told = seen.pids;
        if (seen.pids !== '') last = seen.sentence;
        await pause(500, undefined, { signal: ended.signal });
      }
    } finally {
      await session.close();
    }
  })().catch(() => undefined); // A watch that fails must never fail what it watches.
  return {
    get last() {
      return last;
    },
    stop: async () => {
      ended.abort();
      await watching;
    },
  };
}

/** Never the query's text: it may hold anything. */
async function blockersOf(
  session: Session,
  pid: number,
): Promise<{ readonly pids: string; readonly sentence: string }> {
  const rows = await session.rows(
    blockerSchema,
    `SELECT pid, application_name AS application, state, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
       FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start NULLS LAST`,
    [pid],
  );
  const sentence = rows
    .map(
      (row) =>
        `process ${row.pid} (${row.application ?? 'no name'}, ${row.state ?? 'state unknown'}${row.seconds === null ? '' : `, its transaction is ${Math.round(row.seconds)} s old`})`,
    )
    .join(', ');
  return { pids: rows.map((row) => row.pid).join(' '), sentence };
}
