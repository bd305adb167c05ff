import { escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import type { KeptDatabase } from '../../../pipeline/ports/restores.js';
import type { Session } from '../../postgres/session.js';

/**
 * What a restore says of a database beside, as the comment of that database: a server may serve several environments and
 * products, and only the name of the one in use tells whose it is.
 */
const markSchema = z.object({
  crossfade: z.object({
    /** Name of the database in use. */
    of: z.string(),
    run: z.string(),
    was: z.enum(['before', 'after', 'restored']),
    at: z.iso.datetime(),
    /** That somebody had given it. */
    comment: z.string().nullable(),
  }),
});

export type DatabaseMark = z.infer<typeof markSchema>['crossfade'];

/** For the transaction that renames. `name` is the one that it then has. */
export function marking(name: string, mark: DatabaseMark): string {
  return commenting(name, JSON.stringify({ crossfade: mark }));
}

export function commenting(name: string, comment: string | null): string {
  const text = comment === null ? 'NULL' : escapeLiteral(comment);
  return `COMMENT ON DATABASE ${escapeIdentifier(name)} IS ${text};`;
}

/** Null: it has none. */
export async function commentOf(session: Session, name: string): Promise<string | null> {
  const [row] = await session.rows(
    z.object({ comment: z.string().nullable() }),
    "SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1",
    [name],
  );
  return row?.comment ?? null;
}

export function readMark(comment: string | null): DatabaseMark | undefined {
  if (comment?.startsWith('{') !== true) return undefined;
  try {
    return markSchema.safeParse(JSON.parse(comment)).data?.crossfade;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Those that restores have left beside this database, oldest first. */
export async function markedDatabases(session: Session, of: string): Promise<KeptDatabase[]> {
  const rows = await session.rows(
    z.object({ name: z.string(), comment: z.string().nullable(), bytes: z.coerce.number().nullable() }),
    `SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment,
            CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) END AS bytes
       FROM pg_database WHERE datname <> $1 ORDER BY 1`,
    [of],
  );
  const marked = rows.flatMap(({ name, comment, bytes }) => {
    const mark = readMark(comment);
    if (mark?.of !== of) return [];
    const since = mark.was === 'restored' ? undefined : mark.at;
    return [{ name, run: mark.run, was: mark.was, since, bytes: bytes ?? undefined, place: name, at: mark.at }];
  });
  return marked.sort((one, other) => one.at.localeCompare(other.at)).map(({ at: _at, ...kept }) => kept);
}
