import { z } from 'zod';
import type { Session } from './session.js';

/** Quoted names of indexes that a cut CREATE INDEX CONCURRENTLY has left: they cost writes and serve no read. */
export async function invalidIndexes(session: Session): Promise<string[]> {
  const rows = await session.rows(
    z.object({ name: z.string() }),
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT (i.indisvalid AND i.indisready) AND c.relkind = 'i' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
