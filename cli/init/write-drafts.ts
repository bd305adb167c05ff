import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError, RefusedError } from '../../contract/errors.js';
import { systemCode } from '../../journal/system-error.js';
import type { Draft } from './draft.js';

export interface DraftedFile {
  readonly path: string;
  readonly action: 'write' | 'extend' | 'keep';
}

interface Settled extends DraftedFile {
  readonly text: string;
}

/** Writes all of them or none: throws RefusedError naming every file that is something else already. */
export async function writeDrafts(
  folder: string,
  drafts: readonly Draft[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<DraftedFile[]> {
  const settled = await Promise.all(drafts.map((draft) => settle(folder, draft)));
  const taken = drafts.filter((_, index) => settled[index] === undefined).map(({ path }) => path);
  if (taken.length > 0) {
    const what = taken.length === 1 ? 'is there already and is' : 'are there already and are';
    throw new RefusedError(`in ${folder}: ${taken.join(', ')} ${what} not what would be written; nothing was written`, {
      hint: "move it away, or call 'crossfade init' in a folder of its own, such as deploy/",
    });
  }
  const files = settled.filter((file) => file !== undefined);
  if (!dryRun) for (const file of files) await write(folder, file);
  return files.map(({ path, action }) => ({ path, action }));
}

async function settle(folder: string, draft: Draft): Promise<Settled | undefined> {
  const { path } = draft;
  const before = await textIn(join(folder, path));
  const text = draft.after(before);
  if (text === undefined) return undefined;
  return { path, text, action: before === undefined ? 'write' : before === text ? 'keep' : 'extend' };
}

async function write(folder: string, { path, text, action }: Settled): Promise<void> {
  if (action === 'keep') return;
  const file = join(folder, path);
  try {
    // Somebody else's file that came meanwhile is not overwritten.
    await writeFile(file, text, { flag: action === 'write' ? 'wx' : 'w' });
  } catch (cause) {
    throw new ConfigurationError(`${file} can't be written: ${systemCode(cause) ?? String(cause)}`, { cause });
  }
}

/** Undefined when there is no such file. Throws ConfigurationError for what is none. */
export async function textIn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw new ConfigurationError(`${file} can't be read: ${systemCode(cause) ?? String(cause)}`, { cause });
  }
}
