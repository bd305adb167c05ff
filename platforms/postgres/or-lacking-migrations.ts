import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import { compareLedger } from './compare-ledger.js';
import { readLedger } from './ledger.js';
import type { Session } from './session.js';

/** The verdict, turned into a no where what was restored lacks an expanding migration of the release that is to use it. */
export async function orLackingMigrations(verdict: Verdict, release: Release, session: Session): Promise<Verdict> {
  const expanding = release.migrations.filter(({ phase }) => phase === 'expand');
  const { missing, differing } = compareLedger(expanding, await readLedger(session));
  const lacking = [...missing, ...differing];
  if (lacking.length === 0) return verdict;
  const because = `${release.version}, which is to use it, needs ${lacking.join(', ')}, which the backup has not`;
  return { answer: 'no', because, evidence: { ...verdict.evidence, lacking } };
}
