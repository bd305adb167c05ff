import { z } from 'zod';
import type { PostgresAddress } from '../address.js';
import type { Session } from '../session.js';
import { openReviewSession } from './open-review-session.js';

/** A table as it is now, its partitions and children included. */
export interface TableFact {
  /** As the planner has it (pg_class.reltuples), or as statistics count where it was never analyzed. */
  readonly rows: number;
  /** Of the rows, with what is stored aside; pg_total_relation_size without indexes. */
  readonly tableBytes: number;
  readonly indexBytes: number;
  /** Types as PostgreSQL writes them, such as character varying(50). */
  readonly columns: ReadonlyMap<string, string>;
  /** Columns that are NOT NULL, or that a valid CHECK keeps so. */
  readonly neverNull: ReadonlySet<string>;
  /** Checks that say so and are NOT VALID yet: the column by the constraint's name. */
  readonly uncheckedNotNull: ReadonlyMap<string, string>;
  /** Scans and changed rows a second, on the average since statistics began; undefined where that was less than a day ago. */
  readonly usesPerSecond: number | undefined;
}

export interface DatabaseFacts {
  readonly serverVersion: string;
  /** By the name that was asked; one that is missing is no table. */
  readonly tables: ReadonlyMap<string, TableFact>;
}

const factSchema = z.object({
  name: z.string(),
  rows: z.number(),
  table_bytes: z.number(),
  index_bytes: z.number(),
  columns: z.record(z.string(), z.string()),
  never_null: z.array(z.string()),
  unchecked_not_null: z.record(z.string(), z.string()),
  uses_per_second: z.number().nullable(),
});

/** Reads sizes, types and traffic of these tables, or of the tables of these indexes. Throws PlatformError, or pg's DatabaseError. */
export async function readDatabaseFacts(address: PostgresAddress, names: readonly string[]): Promise<DatabaseFacts> {
  const session = await openReviewSession(address);
  try {
    return await factsOf(session, names);
  } finally {
    await session.close();
  }
}

async function factsOf(session: Session, names: readonly string[]): Promise<DatabaseFacts> {
  const serverVersion = (await session.scalar('SHOW server_version')) ?? '';
  const rows = await session.rows(factSchema, question, [names]);
  const tables = rows.map((row): [string, TableFact] => [
    row.name,
    {
      rows: row.rows,
      tableBytes: row.table_bytes,
      indexBytes: row.index_bytes,
      columns: new Map(Object.entries(row.columns)),
      neverNull: new Set(row.never_null),
      uncheckedNotNull: new Map(Object.entries(row.unchecked_not_null)),
      usesPerSecond: row.uses_per_second ?? undefined,
    },
  ]);
  return { serverVersion, tables: new Map(tables) };
}

/** Only catalogs and statistics: no lock but ACCESS SHARE on them, no row of a table is read. */
const question = `
  WITH RECURSIVE asked AS (
    SELECT name, coalesce(i.indrelid, c.oid) AS oid
      FROM unnest($1::text[]) AS name JOIN pg_class c ON c.oid = to_regclass(name)
      LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I')),
  family AS (
    SELECT name, oid AS root, oid FROM asked
    UNION SELECT f.name, f.root, h.inhrelid FROM family f JOIN pg_inherits h ON h.inhparent = f.oid),
  age AS (
    SELECT extract(epoch FROM now() - coalesce(stats_reset, pg_postmaster_start_time())) AS seconds
      FROM pg_stat_database WHERE datname = current_database())
  SELECT f.name,
    sum(CASE WHEN c.relkind = 'p' THEN 0 WHEN c.reltuples >= 0 THEN c.reltuples ELSE coalesce(s.n_live_tup, 0) END)::float8 AS rows,
    sum(pg_table_size(c.oid))::float8 AS table_bytes,
    sum(pg_indexes_size(c.oid))::float8 AS index_bytes,
    (SELECT coalesce(json_object_agg(attname, format_type(atttypid, atttypmod)), '{}') FROM pg_attribute
      WHERE attrelid = f.root AND attnum > 0 AND NOT attisdropped) AS columns,
    (SELECT coalesce(json_agg(attname), '[]') FROM pg_attribute a
      WHERE attrelid = f.root AND attnum > 0 AND NOT attisdropped AND (attnotnull OR EXISTS (
        SELECT 1 FROM pg_constraint WHERE conrelid = f.root AND contype = 'c' AND convalidated
           AND pg_get_expr(conbin, conrelid) = format('(%I IS NOT NULL)', attname)))) AS never_null,
    (SELECT coalesce(json_object_agg(conname, attname), '{}')
       FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
      WHERE conrelid = f.root AND contype = 'c' AND NOT convalidated
        AND pg_get_expr(conbin, conrelid) = format('(%I IS NOT NULL)', attname)) AS unchecked_not_null,
    (SELECT CASE WHEN seconds >= 86400 THEN
        sum(coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0) + s.n_tup_ins + s.n_tup_upd + s.n_tup_del) / seconds END
       FROM age)::float8 AS uses_per_second
    FROM family f JOIN pg_class c ON c.oid = f.oid LEFT JOIN pg_stat_all_tables s ON s.relid = f.oid
   GROUP BY f.name, f.root`;
