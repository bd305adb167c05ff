import { basename } from 'node:path';
import type { Leftovers } from '../../../pipeline/ports/leftovers.js';
import { folderSize } from '../folder-size.js';
import { asideFolders, sweepAsideFolders, type AsideFolder } from './aside-folder.js';
import { processAlive } from './process-alive.js';

/**
 * Servers that this environment's backups were restored to, by the folders that they lie in: `backups` itself, or one that
 * other environments and products use as well.
 */
export function asideLeftovers(backups: string, temporary: () => string): Leftovers {
  const parents = () => [...new Set([backups, temporary()])];
  const ours = (parent: string) => (folder: AsideFolder) =>
    folder.note === undefined ? parent === backups : folder.note.of === backups;
  return {
    async list() {
      const found = await Promise.all(
        parents().map(async (parent) => (await asideFolders(parent)).filter(ours(parent))),
      );
      return Promise.all(
        found.flat().map(async ({ path, owner, note, since }) => ({
          name: basename(path),
          madeBy: note?.madeBy ?? 'a process of which nothing is noted',
          since,
          bytes: await folderSize(path),
          place: path,
          neededBecause: processAlive(owner) ? `process ${owner} is at work on it` : undefined,
        })),
      );
    },
    async sweep({ gone }) {
      for (const parent of parents()) for (const name of await sweepAsideFolders(parent, ours(parent))) gone(name);
    },
  };
}
