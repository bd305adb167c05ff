import type { Verdict } from '../../../contract/verdict.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { compareRestored } from '../../postgres/compare-restored.js';
import { outOfBounds } from '../../postgres/row-bounds.js';
import { verdictOnRestored } from '../backup/verdict-on-restored.js';
import { markVerified, notReadable } from '../backup/verify-backup.js';
import { readBranchManifest, type BranchManifest } from './branch-manifest.js';
import type { BranchPlace } from './branch-place.js';
import { openBranchClone } from './branch-clone.js';

/** Branches the branch, and compares what is in it with what was noted around the moment when it was made. */
export async function verifyBranch(place: BranchPlace, name: string, work: Work): Promise<Verdict> {
  try {
    const manifest = await readBranchManifest(place.folder, name);
    if (manifest === undefined) return { answer: 'no', because: `there is no backup ${name}`, evidence: {} };
    work.say(`branching ${name} to verify it`);
    const clone = await openBranchClone(place, name, `a check or drill of ${name}`, work);
    try {
      const verdict = await compareBranch(manifest, await clone.address('superuser'), clone.milliseconds);
      if (verdict.answer === 'yes') await markVerified(place.folder, name);
      return verdict;
    } finally {
      await clone.remove();
    }
  } catch (error) {
    work.signal.throwIfAborted();
    return notReadable(error, name);
  }
}

/** What was noted around the moment when the branch was made, in this database. */
export function compareBranch(
  manifest: BranchManifest,
  address: PostgresAddress,
  milliseconds: number,
): Promise<Verdict> {
  return verdictOnRestored({ address, how: 'branched', milliseconds, manifest }, async (session, counts) => ({
    miscounted: outOfBounds(manifest.tables, counts),
    contents: await compareRestored(session, manifest, counts),
  }));
}
