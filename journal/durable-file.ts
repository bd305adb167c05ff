import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from './system-error.js';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** Never follows a symbolic link in the last place. */
export async function readWhole(path: string): Promise<string> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Creates `path` with all of its content or leaves what is there: the name appears by link(2), after the content is on disk. */
export async function createDurably(
  path: string,
  content: string | Uint8Array,
  temporary: string,
): Promise<'created' | 'exists'> {
  const draft = await writeDraft(temporary, content);
  try {
    await link(draft, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'exists';
    throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));
  return 'created';
}

/** After a crash `path` has either what it had or all of `content`. */
export async function replaceDurably(path: string, content: string | Uint8Array, temporary: string): Promise<void> {
  const draft = await writeDraft(temporary, content);
  try {
    await rename(draft, path);
  } catch (error) {
    await unlink(draft);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Below `root`, private to this user. Throws ELOOP where a symbolic link stands in the way. */
export async function ensureFolder(root: string, parts: readonly string[]): Promise<string> {
  let folder = root;
  for (const part of parts) {
    const parent = folder;
    folder = join(folder, part);
    try {
      await mkdir(folder, { mode: 0o700 });
      await syncFolder(parent);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      await refuseLink(folder);
    }
  }
  return folder;
}

/** Throws ELOOP for a symbolic link. */
export async function refuseLink(path: string): Promise<void> {
  if ((await lstat(path)).isSymbolicLink()) {
    throw Object.assign(new Error(`${path} is a symbolic link`), { code: 'ELOOP' });
  }
}

/** Makes names in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, O_RDONLY | O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeDraft(temporary: string, content: string | Uint8Array): Promise<string> {
  const path = join(temporary, `${process.pid}-${randomBytes(8).toString('hex')}`);
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw error;
  }
  return path;
}
