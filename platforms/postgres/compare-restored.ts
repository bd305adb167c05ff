import { z } from 'zod';
import { compareContents, type ContentsAround, type ContentsComparison } from './compare-contents.js';
import { readContents } from './contents.js';
import type { Session } from './session.js';
import type { TableCount } from './table-counts.js';

/**
 * What a database that was restored from its files holds, beside what was read around the moment of the backup. `counts`:
 * as countTables gave them a moment ago.
 */
export async function compareRestored(
  session: Session,
  around: ContentsAround,
  counts: ReadonlyMap<string, TableCount>,
): Promise<ContentsComparison> {
  const noted = Object.keys(around.before.checksums).filter((table) => table in around.after.checksums);
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
