import { OperatorError } from '../../../contract/errors.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { compareRestored } from '../../postgres/compare-restored.js';
import { outOfBounds } from '../../postgres/row-bounds.js';
import { openSession } from '../../postgres/session.js';
import { countTables } from '../../postgres/table-counts.js';
import { markVerified } from '../backup/verify-backup.js';
import { readBranchManifest, type BranchManifest } from './branch-manifest.js';
import type { BranchPlace } from './branch-place.js';
import { openBranchClone } from './branch-clone.js';

/** Branches the branch, and compares what is in it with what was noted around the moment when it was made. */
export async function verifyBranch(place: BranchPlace, name: string, work: Work): Promise<Verdict> {
  try {
    const manifest = await readBranchManifest(place.folder, name);
    if (manifest === undefined) return { answer: 'no', because: `there is no backup ${name}`, evidence: {} };
    work.say(`branching ${name} to verify it`);
    const clone = await openBranchClone(place, name, work);
    try {
      const verdict = await compareBranch(manifest, await clone.address('superuser'), clone.milliseconds);
      if (verdict.answer === 'yes') await markVerified(place.folder, name);
      return verdict;
    } finally {
      await clone.remove();
    }
  } catch (error) {
    work.signal.throwIfAborted();
    if (error instanceof OperatorError) return { answer: 'no', because: error.message, evidence: {} };
    throw error;
  }
}

export async function compareBranch(
  manifest: BranchManifest,
  address: PostgresAddress,
  restoreMilliseconds: number,
): Promise<Verdict> {
  const session = await openSession(address, { applicationName: 'crossfade verify', readOnly: true });
  try {
    const counts = await countTables(session);
    const { wrong: other, ...compared } = await compareRestored(session, manifest.contents, counts);
    const wrong = [...new Set([...outOfBounds(manifest.tables, counts), ...other])];
    const tables = Object.keys(manifest.tables).length;
    const rows = [...counts.values()].reduce((sum, each) => sum + (each.rows ?? 0), 0);
    const evidence = { tables, rows, bytes: manifest.bytes, ...compared, restoreMilliseconds };
    if (wrong.length > 0) return { answer: 'no', because: wrong.slice(0, 20).join('; '), evidence };
    const because = `branched in ${restoreMilliseconds} ms: ${tables} tables with ${rows} rows, ${compared.checksums} of them by checksum`;
    return { answer: 'yes', because, evidence };
  } finally {
    await session.close();
  }
}
