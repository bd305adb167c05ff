import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Removes what a killed process had begun of the backup that is to lie in this folder. */
export async function sweepUnfinished(folder: string): Promise<void> {
  const prefix = `.${basename(folder)}.making-`;
  for (const name of await readdir(dirname(folder)))
    if (name.startsWith(prefix)) await rm(join(dirname(folder), name), { recursive: true });
}
