import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Work } from '../../../pipeline/ports/work.js';
import type { Clone } from '../backup/backup-kind.js';
import { branchAddress, type BranchPlace } from './branch-place.js';
import { processAlive } from '../host/process-alive.js';

const prefix = 'crossfade-clone-';

/** A branch of a branch, for as long as this process holds it. What killed processes have left is deleted first. */
export async function openBranchClone(place: BranchPlace, from: string, work: Work): Promise<Clone> {
  const began = performance.now();
  await sweep(place, work);
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  const owner = join(ownersOf(place), name);
  await mkdir(ownersOf(place), { recursive: true, mode: 0o700 });
  await writeFile(owner, String(process.pid), { mode: 0o600 });
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

function ownersOf({ folder }: BranchPlace): string {
  return join(folder, '.clones');
}

async function sweep(place: BranchPlace, work: Work): Promise<void> {
  const names = await readdir(ownersOf(place)).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const owner = join(ownersOf(place), name);
    if (processAlive(Number(await readFile(owner, 'utf8').catch(() => '')))) continue;
    await place.branches.remove(name, work);
    await rm(owner, { force: true });
  }
}
