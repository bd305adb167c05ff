import { z } from 'zod';
import { sqlStateOf, type Session } from './session.js';
import { countTables, type TableCount } from './table-counts.js';

/** What a database holds, as far as it can be compared with what a backup of it restores. Names are quoted. */
export const contentsSchema = z.strictObject({
  /** Of whole tables, sampled: the smallest first, until enough rows were read. */
  checksums: z.record(z.string(), z.string()),
  extensions: z.record(z.string(), z.string()),
  /** Last value; null: never used. */
  sequences: z.record(z.string(), z.string().nullable()),
  /** Of schemas, and of what lies in them. */
  owners: z.record(z.string(), z.string()),
});

export type Contents = z.infer<typeof contentsSchema>;

const mostSampledRows = 200_000;

/** So that the same row is the same text on both sides. */
const plainText = `SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmloption = 'content'; SET lc_monetary = 'C';`;

/** Read-only, in the session's own transaction where it has one. `counts`: as countTables gave them a moment ago. */
export async function readContents(session: Session, counts?: ReadonlyMap<string, TableCount>): Promise<Contents> {
  await session.run(plainText);
  return {
    checksums: await sampledChecksums(session, counts ?? (await countTables(session))),
    extensions: await pairs(session, 'SELECT extname AS name, extversion AS value FROM pg_extension ORDER BY 1'),
    sequences: await optionalPairs(
      session,
      `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS value FROM pg_sequences ORDER BY 1`,
    ),
    owners: await pairs(session, ownersOf),
  };
}

const own = `n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`;

// What an extension brings has the extension's owner, whoever that is on the other side.
const ownersOf = `
  SELECT format('schema %I', n.nspname) AS name, pg_get_userbyid(n.nspowner) AS value FROM pg_namespace n WHERE ${own}
  UNION ALL
  SELECT format('%I.%I', n.nspname, c.relname), pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${own} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY 1`;

async function sampledChecksums(
  session: Session,
  counts: ReadonlyMap<string, TableCount>,
): Promise<Contents['checksums']> {
  const checksums: Contents['checksums'] = {};
  let left = mostSampledRows;
  const countable = [...counts].flatMap(([name, { rows }]) => (rows === undefined ? [] : [{ name, rows }]));
  for (const { name, rows } of countable.sort((one, other) => one.rows - other.rows)) {
    left -= rows;
    if (left < 0) break;
    const checksum = await checksumOf(session, name);
    if (checksum !== undefined) checksums[name] = checksum;
  }
  return checksums;
}

/** Whatever order the rows lie in; undefined where the table went away. */
async function checksumOf(session: Session, table: string): Promise<string | undefined> {
  const sql = `SELECT md5(coalesce(string_agg(md5(entry::text), '' ORDER BY md5(entry::text)), '')) AS digest FROM ${table} AS entry`;
  try {
    const [row] = await session.rows(z.object({ digest: z.string() }), sql);
    return row?.digest;
  } catch (error) {
    if (sqlStateOf(error) === '42P01' || sqlStateOf(error) === '3F000') return undefined;
    throw error;
  }
}

async function pairs(session: Session, sql: string): Promise<Record<string, string>> {
  const rows = await session.rows(z.object({ name: z.string(), value: z.string() }), sql);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

async function optionalPairs(session: Session, sql: string): Promise<Record<string, string | null>> {
  const rows = await session.rows(z.object({ name: z.string(), value: z.string().nullable() }), sql);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
