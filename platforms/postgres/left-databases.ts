import { escapeIdentifier, escapeLiteral } from 'pg';
import { z } from 'zod';
import type { Leftover } from '../../pipeline/ports/leftovers.js';
import type { Session } from './session.js';

export const asidePrefix = 'crossfade_aside_';

/** What is said of one in its own comment: a server may serve several environments and products. */
const noteSchema = z.object({ crossfadeAside: z.object({ of: z.string(), madeBy: z.string(), at: z.iso.datetime() }) });

export type AsideDatabaseNote = z.infer<typeof noteSchema>['crossfadeAside'];

export function noting(name: string, note: AsideDatabaseNote): string {
  return `COMMENT ON DATABASE ${escapeIdentifier(name)} IS ${escapeLiteral(JSON.stringify({ crossfadeAside: note }))}`;
}

/** Whoever uses one holds an advisory lock of its name, on the server's own database. */
export async function lockOf(session: Session, name: string): Promise<boolean> {
  const [row] = await session.rows(
    z.object({ had: z.boolean() }),
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS had',
    [name],
  );
  return row?.had === true;
}

export async function dropDatabase(session: Session, name: string): Promise<void> {
  await session.run(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
}

const rowSchema = z.object({ name: z.string(), comment: z.string().nullable(), bytes: z.coerce.number().nullable() });

/**
 * Databases that were made beside this one for a while, and those of which nothing tells whose they are: of earlier
 * versions, or of a process that was killed right away.
 */
export async function leftDatabases(session: Session, of: string): Promise<Leftover[]> {
  const rows = await session.rows(
    rowSchema,
    `SELECT datname AS name, shobj_description(oid, 'pg_database') AS comment,
            CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) END AS bytes
       FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1`,
    [asidePrefix],
  );
  const found: Leftover[] = [];
  for (const { name, comment, bytes } of rows) {
    const note = readNote(comment);
    if (note !== undefined && note.of !== of) continue;
    const free = await lockOf(session, name);
    if (free) await unlock(session, name);
    found.push({
      name,
      madeBy: note?.madeBy ?? 'a process of which nothing is noted',
      since: note?.at,
      bytes: bytes ?? undefined,
      place: name,
      neededBecause: free ? undefined : 'a session is at work on it',
    });
  }
  return found;
}

/** Drops what killed processes have left: all of them, or those that are named. Returns the names that went. */
export async function sweepDatabases(session: Session, only?: readonly string[]): Promise<string[]> {
  const rows = await session.rows(
    z.object({ name: z.string() }),
    'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1',
    [asidePrefix],
  );
  const gone: string[] = [];
  for (const { name } of rows) {
    if (only?.includes(name) === false || !(await lockOf(session, name))) continue;
    await dropDatabase(session, name);
    await unlock(session, name);
    gone.push(name);
  }
  return gone;
}

async function unlock(session: Session, name: string): Promise<void> {
  await session.rows(z.unknown(), 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
}

function readNote(comment: string | null): AsideDatabaseNote | undefined {
  if (comment?.startsWith('{') !== true) return undefined;
  try {
    return noteSchema.safeParse(JSON.parse(comment)).data?.crossfadeAside;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
