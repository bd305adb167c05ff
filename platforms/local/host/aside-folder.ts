import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../atomic-file.js';
import { writtenAt } from '../written-at.js';
import { stopPostmaster } from './postgres-process.js';
import { processAlive } from './process-alive.js';

const named = /^crossfade-aside-(\d+)-/;
const noteFile = 'made-by.json';
const noteSchema = z.object({ of: z.string(), madeBy: z.string() });

/** Whose it is, where several environments use one folder, and what made it. */
export type AsideNote = z.infer<typeof noteSchema>;

export interface AsideFolder {
  readonly path: string;
  readonly owner: number;
  /** Undefined: of an earlier version, or its process was killed right away. */
  readonly note: AsideNote | undefined;
  readonly since: string | undefined;
}

/** As long as any that `makeAsideFolder` makes: a socket below it has to fit. */
export const longestAsideName = 'crossfade-aside-4194304-123456';

/**
 * For a server beside the one that works, its data in `data` if anywhere here. It is named by this process, so that another
 * one can tell when nobody owns it any more.
 */
export async function makeAsideFolder(parent: string, note: AsideNote): Promise<string> {
  const path = await mkdtemp(join(parent, `crossfade-aside-${process.pid}-`));
  try {
    await writeFile(join(path, noteFile), JSON.stringify(note), { mode: 0o600 });
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  }
  return path;
}

export async function asideFolders(parent: string): Promise<AsideFolder[]> {
  const found: AsideFolder[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const owner = Number(named.exec(name)?.[1]);
    if (!(owner > 0)) continue;
    const path = join(parent, name);
    // Somebody else's can't be read, and isn't ours.
    const note = await readJsonFile(join(path, noteFile), noteSchema).catch(() => undefined);
    found.push({ path, owner, note, since: (await writtenAt(join(path, noteFile))) ?? (await writtenAt(path)) });
  }
  return found;
}

/** Stops and removes what killed processes have left running or lying there. Resolves to the names. */
export async function sweepAsideFolders(
  parent: string,
  which: (folder: AsideFolder) => boolean = () => true,
): Promise<string[]> {
  const dead = (await asideFolders(parent)).filter((folder) => !processAlive(folder.owner) && which(folder));
  for (const { path } of dead) {
    await stopPostmaster(join(path, 'data'), 20_000);
    await rm(path, { recursive: true, force: true });
  }
  return dead.map(({ path }) => basename(path));
}
