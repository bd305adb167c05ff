import { z } from 'zod';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from './address.js';
import { openSession, sqlStateOf, type Session } from './session.js';

export interface Warmed {
  readonly tables: number;
  readonly of: number;
  readonly bytes: number;
}

const tableSchema = z.object({ name: z.string(), bytes: z.coerce.number() });
const canceled = '57014';

/**
 * Reads tables whole, smallest first, until the time is over: a volume made of a snapshot fetches each block when it is
 * first read, and what runs on it before is slower than on the one in use
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html). Indexes are not read.
 */
export async function warmTables(
  address: PostgresAddress,
  { withinMilliseconds, signal }: { readonly withinMilliseconds: number } & Pick<Work, 'signal'>,
): Promise<Warmed> {
  const end = performance.now() + withinMilliseconds;
  const session = await openSession(address, { applicationName: 'crossfade warm', readOnly: true });
  // Nothing is lost with a session that reads; the server sees its end at the next row that it would send.
  const leave = (): void => void session.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    const tables = await session.rows(tableSchema, tablesBySize);
    // Of the visibility map and indexes nothing is learnt: it is the rows' own blocks that are wanted.
    await session.run('SET enable_indexonlyscan = off; SET enable_indexscan = off; SET enable_bitmapscan = off');
    const read: z.infer<typeof tableSchema>[] = [];
    for (const table of tables) {
      const left = Math.floor(end - performance.now());
      if (left <= 0 || !(await wholeWithin(session, table.name, left))) break;
      read.push(table);
    }
    return { tables: read.length, of: tables.length, bytes: read.reduce((sum, { bytes }) => sum + bytes, 0) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    await session.close();
  }
}

async function wholeWithin(session: Session, name: string, milliseconds: number): Promise<boolean> {
  try {
    await session.run(`SET statement_timeout = ${milliseconds}`);
    await session.run(`SELECT count(*) FROM ONLY ${name}`);
    return true;
  } catch (error) {
    if (sqlStateOf(error) === canceled) return false;
    throw error;
  }
}

/** Names are quoted by the server. */
const tablesBySize = `SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_relation_size(c.oid)::text AS bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND (c.relkind = 'r' OR c.relispopulated)
   AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
   AND has_table_privilege(c.oid, 'SELECT')
 ORDER BY pg_relation_size(c.oid), 1`;
