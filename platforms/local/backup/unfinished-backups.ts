import { readFile, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Leftovers } from '../../../pipeline/ports/leftovers.js';
import { folderSize } from '../folder-size.js';
import { processAlive } from '../host/process-alive.js';
import { writtenAt } from '../written-at.js';

/** Who is at work on it; a backup that is done has none. */
export const ownerFile = 'owner';

/** What the folder of a backup is called that is being deleted. */
export function goingName(name: string): string {
  return `.${name}.going`;
}

/** What the folder of a backup that is being made is called, before `mkdtemp` makes it one of its own. */
export function makingPrefix(name: string): string {
  return `.${name}.making-`;
}

/** Removes what a killed process had begun of the backup that is to lie in this folder. */
export async function sweepUnfinished(folder: string): Promise<void> {
  const prefix = makingPrefix(basename(folder));
  for (const name of await readdir(dirname(folder)))
    if (name.startsWith(prefix)) await rm(join(dirname(folder), name), { recursive: true });
}

/** Folders of backups that killed processes began to make or to delete, beside those that somebody is at work on. */
export function unfinishedBackups(backups: string): Leftovers {
  const list: Leftovers['list'] = async () => {
    const names = await readdir(backups).catch(() => []);
    const found = names.flatMap((name) => {
      const [, backup, how] = /^\.(.+)\.(going|making-\w{6})$/.exec(name) ?? [];
      return backup === undefined ? [] : [{ name, backup, deleting: how === 'going' }];
    });
    return Promise.all(
      found.map(async ({ name, backup, deleting }) => {
        const place = join(backups, name);
        const owner = deleting ? 0 : Number(await readFile(join(place, ownerFile), 'utf8').catch(() => ''));
        return {
          name,
          madeBy: deleting ? `the deletion of ${backup}` : `the making of ${backup}`,
          since: (await writtenAt(join(place, ownerFile))) ?? (await writtenAt(place)),
          bytes: await folderSize(place),
          place,
          neededBecause: processAlive(owner) ? `process ${owner} is at work on it` : undefined,
        };
      }),
    );
  };
  return {
    list,
    async sweep({ gone }) {
      for (const { name, place, neededBecause } of await list()) {
        if (neededBecause !== undefined) continue;
        await rm(place, { recursive: true, force: true });
        gone(name);
      }
    },
  };
}
