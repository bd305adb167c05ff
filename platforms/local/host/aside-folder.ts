import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopPostmaster } from './postgres-process.js';
import { processAlive } from './process-alive.js';

const named = /^crossfade-aside-(\d+)-/;

/** As long as any that `makeAsideFolder` makes: a socket below it has to fit. */
export const longestAsideName = 'crossfade-aside-4194304-123456';

/**
 * For a server beside the one that works, its data in `data` if anywhere here. It is named by this process, so that another
 * one can tell when nobody owns it any more.
 */
export async function makeAsideFolder(parent: string): Promise<string> {
  return mkdtemp(join(parent, `crossfade-aside-${process.pid}-`));
}

/** Stops and removes what killed processes have left running or lying there. */
export async function sweepAsideFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = Number(named.exec(name)?.[1]);
    if (!(owner > 0) || processAlive(owner)) continue;
    await stopPostmaster(join(parent, name, 'data'), 20_000);
    await rm(join(parent, name), { recursive: true, force: true });
  }
}
