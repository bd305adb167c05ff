import { z } from 'zod';
import { sqlStateOf, type Session } from './session.js';

/** One table at one moment. */
export interface TableCount {
  /** Undefined: too large to count. */
  readonly rows: number | undefined;
  /** Another number after a rewrite or a TRUNCATE. */
  readonly file: string | null;
  /** How many values the table's own sequences had given, before its rows were counted and after; left out: it has none. */
  readonly given?: { readonly before: number; readonly after: number };
}

const tableSchema = z.object({ name: z.string(), file: z.string().nullable(), estimate: z.number() });
const goneStates = new Set(['42P01', '3F000']);

/** Counts every row of every table that survives a crash, by its quoted name. Unlogged and temporary tables are not in a physical backup. */
export async function countTables(session: Session, largest = 20_000_000): Promise<Map<string, TableCount>> {
  const before = await givenValues(session);
  const tables = await session.rows(
    tableSchema,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_relation_filenode(c.oid)::text AS file, c.reltuples::float8 AS estimate
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p' AND (c.relkind = 'r' OR c.relispopulated)
        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1`,
  );
  const counts = new Map<string, TableCount>();
  for (const { name, file, estimate } of tables) {
    const rows = estimate > largest ? undefined : await countRows(session, name);
    if (rows !== 'gone') counts.set(name, { rows, file });
  }
  for (const [name, after] of await givenValues(session)) {
    const found = counts.get(name);
    if (found) counts.set(name, { ...found, given: { before: before.get(name) ?? after, after } });
  }
  return counts;
}

/** By table. A sequence never lags behind, as the counters of writes do; of one that may not be read nothing is said. */
async function givenValues(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await session.rows(
    z.object({ name: z.string(), given: z.number() }),
    `SELECT format('%I.%I', tn.nspname, t.relname) AS name, sum(abs(coalesce(v.last_value, 0)::float8 / v.increment_by)) AS given
       FROM pg_depend d
       JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
       JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
       JOIN pg_sequences v ON v.schemaname = sn.nspname AND v.sequencename = s.relname
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
      GROUP BY 1`,
  );
  return new Map(rows.map(({ name, given }) => [name, given]));
}

async function countRows(session: Session, table: string): Promise<number | 'gone'> {
  try {
    const [row] = await session.rows(z.object({ rows: z.coerce.number() }), `SELECT count(*) AS rows FROM ${table}`);
    return row?.rows ?? 0;
  } catch (error) {
    // Dropped since it was listed.
    if (goneStates.has(sqlStateOf(error) ?? '')) return 'gone';
    throw error;
  }
}
