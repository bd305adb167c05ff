import { z } from 'zod';
import { sqlStateOf, type Session } from './session.js';
import { countTables, type TableCount } from './table-counts.js';

/** What a database holds, as far as it can be compared with what a backup of it restores. Names are quoted. */
export const contentsSchema = z.strictObject({
  /** Of whole tables, sampled: the smallest first, until enough was read. */
  checksums: z.record(z.string(), z.string()),
  extensions: z.record(z.string(), z.string()),
  /** Last value; null: never used. */
  sequences: z.record(z.string(), z.string().nullable()),
  /** Of schemas, and of what lies in them. */
  owners: z.record(z.string(), z.string()),
});

export type Contents = z.infer<typeof contentsSchema>;

/** What is read for checksums; whoever is served meanwhile must not notice. */
export interface Sample {
  readonly rows: number;
  /** With what is stored out of line. */
  readonly bytes: number;
}

const mostSampled: Sample = { rows: 200_000, bytes: 256 * 2 ** 20 };

/** So that the same row is the same text on both sides. */
const plainText = `SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'postgres';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmloption = 'content'; SET lc_monetary = 'C';`;

/**
 * Read-only, in the session's own transaction where it has one. `counts`: as countTables gave them a moment ago. `of`: the
 * tables of which there have to be checksums, where that is known, or how much may be read for them.
 */
export async function readContents(
  session: Session,
  counts?: ReadonlyMap<string, TableCount>,
  of: readonly string[] | Sample = mostSampled,
): Promise<Contents> {
  await session.run(plainText);
  const counted = counts ?? (await countTables(session));
  const tables = 'rows' in of ? await sampled(session, counted, of) : of.filter((name) => counted.has(name));
  return {
    checksums: await checksumsOf(session, tables),
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

async function sampled(
  session: Session,
  counts: ReadonlyMap<string, TableCount>,
  most: Sample,
): Promise<readonly string[]> {
  const sizes = await session.rows(z.object({ name: z.string(), bytes: z.coerce.number() }), sizesOf);
  const bytesOf = new Map(sizes.map(({ name, bytes }) => [name, bytes]));
  let [rowsLeft, bytesLeft] = [most.rows, most.bytes];
  const countable = [...counts].flatMap(([name, { rows }]) => (rows === undefined ? [] : [{ name, rows }]));
  return countable
    .sort((one, other) => one.rows - other.rows)
    .filter(({ name, rows }) => {
      const bytes = bytesOf.get(name) ?? 0;
      if (rows > rowsLeft || bytes > bytesLeft) return false;
      rowsLeft -= rows;
      bytesLeft -= bytes;
      return true;
    })
    .map(({ name }) => name);
}

const sizesOf = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, coalesce(pg_table_size(c.oid), 0) AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('r', 'm')`;

async function checksumsOf(session: Session, tables: readonly string[]): Promise<Contents['checksums']> {
  const checksums: Contents['checksums'] = {};
  for (const name of tables) {
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
