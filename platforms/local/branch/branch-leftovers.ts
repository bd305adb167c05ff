import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Leftovers } from '../../../pipeline/ports/leftovers.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { readJsonFile } from '../atomic-file.js';
import { processAlive } from '../host/process-alive.js';
import { writtenAt } from '../written-at.js';
import type { BranchPlace } from './branch-place.js';

export const clonePrefix = 'crossfade-clone-';

const ownerSchema = z.object({ pid: z.int(), madeBy: z.string() });
/** Earlier versions wrote the process alone. */
const anyOwnerSchema = z.union([ownerSchema, z.int().transform((pid) => ({ pid, madeBy: 'a check or a rehearsal' }))]);

export type CloneOwner = z.infer<typeof ownerSchema>;

/** Folder with a file for each branch of this machine's processes, noted before it is made. */
export function ownersOf({ folder }: Pick<BranchPlace, 'folder'>): string {
  return join(folder, '.clones');
}

/** Branches that this machine's processes have made for a check, a drill or a rehearsal. */
export function branchLeftovers(place: BranchPlace, work: Work): Leftovers {
  const owners = ownersOf(place);
  const list = async () => {
    const names = await readdir(owners).catch(() => []);
    return Promise.all(
      names
        .filter((name) => name.startsWith(clonePrefix) && !name.endsWith('.tmp'))
        .map(async (name) => {
          const owner = await readJsonFile(join(owners, name), anyOwnerSchema).catch(() => undefined);
          return {
            name,
            madeBy: owner?.madeBy ?? 'a process of which nothing is noted',
            since: await writtenAt(join(owners, name)),
            bytes: undefined,
            place: name,
            neededBecause:
              owner !== undefined && processAlive(owner.pid) ? `process ${owner.pid} is at work on it` : undefined,
          };
        }),
    );
  };
  return {
    list,
    async sweep({ gone }) {
      for (const { name, neededBecause } of await list()) {
        if (neededBecause !== undefined) continue;
        await place.branches.remove(name, work);
        await rm(join(owners, name), { force: true });
        gone(name);
      }
    },
  };
}
