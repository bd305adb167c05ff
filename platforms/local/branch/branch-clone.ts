import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Work } from '../../../pipeline/ports/work.js';
import type { Clone } from '../backup/backup-kind.js';
import { writeJsonFile } from '../atomic-file.js';
import { branchLeftovers, clonePrefix, ownersOf, type CloneOwner } from './branch-leftovers.js';
import { branchAddress, type BranchPlace } from './branch-place.js';

/** A branch of a branch, for as long as this process holds it. What killed processes have left is deleted first. */
export async function openBranchClone(place: BranchPlace, from: string, madeBy: string, work: Work): Promise<Clone> {
  const began = performance.now();
  await branchLeftovers(place, work).sweep({ gone: () => undefined, say: () => undefined });
  const name = `${clonePrefix}${randomBytes(6).toString('hex')}`;
  const owner = join(ownersOf(place), name);
  await writeJsonFile(owner, { pid: process.pid, madeBy } satisfies CloneOwner);
  // Going away is not stopped by what stopped the work.
  const anyway = { signal: new AbortController().signal, say: (line: string) => work.say(line) };
  const remove = async (): Promise<void> => {
    await place.branches.remove(name, anyway);
    await rm(owner, { force: true });
  };
  try {
    const branch = await place.branches.create(name, from, work);
    let removed: Promise<void> | undefined;
    return {
      milliseconds: Math.round(performance.now() - began),
      address: (role) => branchAddress(place, branch, role),
      remove: () => (removed ??= remove()),
    };
  } catch (error) {
    // The command's own failure is what is told; what it may have left is swept by the next.
    await remove().catch(() => undefined);
    throw error;
  }
}
