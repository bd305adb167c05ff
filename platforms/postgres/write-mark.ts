import { z } from 'zod';
import type { Writes, WritesSince } from '../../pipeline/ports/writes.js';
import { ledgerTable } from './ledger.js';
import { sqlStateOf, type Session } from './session.js';

const writesSchema = z.strictObject({ inserted: z.number(), updated: z.number(), deleted: z.number() });

/** How much had been written at one moment. */
export const writeMarkSchema = z.strictObject({
  at: z.iso.datetime({ offset: true }),
  /** Position in the write-ahead log. */
  lsn: z.string(),
  /** Of the cluster; another server's marks can't be compared. */
  systemIdentifier: z.string(),
  /** When the counters began anew: by hand, or after a crash. */
  countersSince: z.string(),
  tables: z.record(z.string(), writesSchema),
});

export type WriteMark = z.infer<typeof writeMarkSchema>;

const momentSchema = z.object({
  at: z.date(),
  lsn: z.string(),
  systemIdentifier: z.string(),
  countersSince: z.string(),
  walBytes: z.coerce.number(),
});
const counterSchema = z.object({
  name: z.string(),
  inserted: z.coerce.number(),
  updated: z.coerce.number(),
  deleted: z.coerce.number(),
});

/** High-water marks of the write-ahead log and of each table's counters, which lag behind by up to ten seconds. */
export async function markWrites(session: Session): Promise<WriteMark> {
  const moment = await readMoment(session, '0/0');
  const { at, lsn, systemIdentifier, countersSince } = moment;
  return { at: at.toISOString(), lsn, systemIdentifier, countersSince, tables: await readCounters(session) };
}

/** A server of somebody else's may not tell how much was written; a restore's loss is then unknown, and said so. */
export async function markWritesIfAny(session: Session): Promise<WriteMark | undefined> {
  try {
    return await markWrites(session);
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return undefined;
  }
}

/** What was written since the mark: rows and bytes, counted by the server, and migrations by their ledger. */
export async function writesSince(session: Session, mark: WriteMark): Promise<WritesSince> {
  return { ...(await countedSince(session, mark)), migrations: await migrationsSince(session, mark.at) };
}

type Counted = Omit<WritesSince, 'migrations'>;

async function countedSince(session: Session, mark: WriteMark): Promise<Counted> {
  const now = await readMoment(session, mark.lsn);
  const seconds = Math.max(0, (now.at.getTime() - Date.parse(mark.at)) / 1_000);
  if (now.systemIdentifier !== mark.systemIdentifier) {
    return { seconds, walBytes: 0, tables: undefined, because: 'the backup is of another server' };
  }
  const { walBytes } = now;
  if (now.countersSince !== mark.countersSince) {
    return { seconds, walBytes, tables: undefined, because: `the counters began anew at ${now.countersSince}` };
  }
  const tables = Object.entries(await readCounters(session)).flatMap(([name, after]) => {
    if (name === ledgerTable) return [];
    const writes = difference(after, mark.tables[name]);
    return writes.inserted + writes.updated + writes.deleted === 0 ? [] : [[name, writes] as const];
  });
  return { seconds, walBytes, tables: Object.fromEntries(tables), because: `${tables.length} tables were written to` };
}

/** A table made anew under the same name counts from zero. */
function difference(after: Writes, before: Writes = { inserted: 0, updated: 0, deleted: 0 }): Writes {
  const inserted = after.inserted - before.inserted;
  const updated = after.updated - before.updated;
  const deleted = after.deleted - before.deleted;
  return Math.min(inserted, updated, deleted) < 0 ? after : { inserted, updated, deleted };
}

async function readMoment(session: Session, lsn: string): Promise<z.infer<typeof momentSchema>> {
  const [moment] = await session.rows(
    momentSchema,
    `SELECT clock_timestamp() AS at, pg_current_wal_insert_lsn()::text AS lsn,
            (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
            (SELECT greatest(b.stats_reset, d.stats_reset)::text FROM pg_stat_bgwriter b, pg_stat_database d WHERE d.datname = current_database()) AS "countersSince",
            pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::pg_lsn) AS "walBytes"`,
    [lsn],
  );
  if (moment === undefined) throw new Error('a SELECT without FROM gave no row');
  return moment;
}

async function readCounters(session: Session): Promise<WriteMark['tables']> {
  const counters = await session.rows(
    counterSchema,
    `SELECT format('%I.%I', schemaname, relname) AS name, n_tup_ins AS inserted, n_tup_upd AS updated, n_tup_del AS deleted
       FROM pg_stat_user_tables ORDER BY 1`,
  );
  return Object.fromEntries(counters.map(({ name, ...writes }) => [name, writes]));
}

async function migrationsSince(session: Session, at: string): Promise<string[]> {
  const [found] = await session.rows(
    z.object({ exists: z.boolean() }),
    'SELECT to_regclass($1) IS NOT NULL AS exists',
    [ledgerTable],
  );
  if (found?.exists !== true) return [];
  const rows = await session.rows(
    z.object({ id: z.string() }),
    `SELECT id FROM ${ledgerTable} WHERE applied_at > $1::timestamptz ORDER BY applied_at, id`,
    [at],
  );
  return rows.map(({ id }) => id);
}
