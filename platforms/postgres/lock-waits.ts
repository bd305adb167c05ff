import { z } from 'zod';
import type { RehearsedMigration } from '../../pipeline/ports/rehearsals.js';
import type { PostgresAddress } from './address.js';
import { describeFailure, openSession } from './session.js';
import { wait } from './wait.js';

type Wait = RehearsedMigration['waits'][number];

export interface LockWaits {
  /** The longest of each, once nothing is watched any more; `unseenBecause`: it could not be looked at to the end. */
  stop(): Promise<Pick<RehearsedMigration, 'waits' | 'unseenBecause'>>;
}

const lookEvery = 20;

const waitingSchema = z.object({
  relation: z.string(),
  mode: z.string(),
  application: z.string().nullable(),
  milliseconds: z.number(),
});

/** Looks at who waits for which lock of this database, fifty times a second: a shorter wait may be missed. */
export async function watchLockWaits(address: PostgresAddress): Promise<LockWaits> {
  const session = await openSession(address, { applicationName: 'crossfade lock waits', readOnly: true });
  const longest = new Map<string, Wait>();
  const over = new AbortController();
  let unseenBecause: string | undefined;
  const note = async (): Promise<void> => {
    const rows = await session.rows(
      waitingSchema,
      `SELECT coalesce(l.relation::regclass::text, l.locktype) AS relation, l.mode, a.application_name AS application,
              (extract(epoch FROM clock_timestamp() - coalesce(l.waitstart, a.state_change)) * 1000)::float8 AS milliseconds
         FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()`,
    );
    for (const { relation, mode, application, milliseconds } of rows) {
      const who = (application ?? '').startsWith('crossfade') ? ('migration' as const) : ('service' as const);
      const key = `${who} ${relation} ${mode}`;
      const found = Math.max(0, Math.round(milliseconds));
      if (found >= (longest.get(key)?.milliseconds ?? 0))
        longest.set(key, { relation, mode, who, milliseconds: found });
    }
  };
  const watching = (async () => {
    while (!over.signal.aborted) {
      await note();
      await wait(lookEvery, over.signal).catch(() => undefined);
    }
  })().catch((error: unknown) => {
    unseenBecause = describeFailure(error);
  });
  return {
    async stop() {
      over.abort();
      await watching;
      await session.close();
      const waits = [...longest.values()].sort((one, other) => other.milliseconds - one.milliseconds);
      return { waits, ...(unseenBecause === undefined ? {} : { unseenBecause }) };
    },
  };
}
