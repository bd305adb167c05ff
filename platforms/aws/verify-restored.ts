import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Work } from '../../pipeline/ports/work.js';
import { compareLedger } from '../postgres/compare-ledger.js';
import { readLedger } from '../postgres/ledger.js';
import { checkRestored, type RestoredParts } from './check-restored.js';

/** Whether slots can log in, every table has the rows it had, and every expanding migration of the release is in. */
export async function verifyRestored(parts: RestoredParts, release: Release | undefined, work: Work): Promise<Verdict> {
  return checkRestored(parts, work, async ({ session, counts, record, evidence }) => {
    const needed = release?.migrations.filter(({ phase }) => phase === 'expand') ?? [];
    const { missing, differing } = compareLedger(needed, await readLedger(session));
    const lacking = [...missing, ...differing];
    if (lacking.length > 0) {
      const because = `${release?.version ?? ''}, which is to use it, needs ${lacking.join(', ')}, which the backup has not`;
      return { answer: 'no', because, evidence: { ...evidence, lacking } };
    }
    const how = record === undefined ? ' (when it was taken nobody could count, so there is nothing to compare)' : '';
    return { answer: 'yes', because: `${counts.size} tables with ${evidence.rows} rows${how}`, evidence };
  });
}
