import { z } from 'zod';
import { compareContents, type ContentsAround, type ContentsComparison } from './compare-contents.js';
import { readContents } from './contents.js';
import type { RowBounds } from './row-bounds.js';
import type { Session } from './session.js';
import type { TableCount } from './table-counts.js';

export interface NotedAround {
  readonly contents: ContentsAround;
  readonly tables: RowBounds;
}

/**
 * What a database that was restored from its files holds, beside what was noted around the moment of the backup. `counts`:
 * as countTables gave them a moment ago.
 */
export async function compareRestored(
  session: Session,
  { contents, tables }: NotedAround,
  counts: ReadonlyMap<string, TableCount>,
): Promise<ContentsComparison> {
  // Rows that came and went leave a table as it was before, and not as it was in between: a queue is often empty.
  const stayed = Object.entries(contents.before.checksums).filter(
    ([table]) => tables[table]?.atLeast === tables[table]?.atMost,
  );
  const around = { ...contents, before: { ...contents.before, checksums: Object.fromEntries(stayed) } };
  const noted = stayed.map(([table]) => table).filter((table) => table in contents.after.checksums);
  return compareContents(around, await readContents(session, counts, noted), await loggedAhead(session));
}

/** A sequence writes 32 values ahead into the log (SEQ_LOG_VALS in sequence.c): after a recovery it stands there. */
async function loggedAhead(session: Session): Promise<Record<string, number>> {
  const rows = await session.rows(
    z.object({ name: z.string(), step: z.coerce.number() }),
    "SELECT format('%I.%I', schemaname, sequencename) AS name, increment_by AS step FROM pg_sequences",
  );
  return Object.fromEntries(rows.map(({ name, step }) => [name, 33 * step]));
}
