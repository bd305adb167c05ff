import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Absolute folder of a `file://` backend, whose path may be relative to `root` or start with ~; undefined for others. */
export function backendFolder(backend: string, root: string): string | undefined {
  if (!backend.startsWith('file://')) return undefined;
  const path = backend.slice('file://'.length).replace(/\?.*$/, '');
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return resolve(root, path);
}

/** The backend as Pulumi is to be told it: from whatever folder it is called. */
export function backendUrl(backend: string, root: string): string {
  const folder = backendFolder(backend, root);
  return folder === undefined ? backend : `file://${folder}`;
}

/** A passphrase beside the states that it opens, made at first use; readable by its owner only. */
export async function ensurePassphrase(folder: string): Promise<string> {
  const file = join(folder, 'passphrase');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 }).catch(
    (error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    },
  );
  if ((await readFile(file, 'utf8')).trim() === '') throw new Error(`${file} is empty`);
  await chmod(file, 0o600);
  return file;
}
