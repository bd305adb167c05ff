import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of all files below; undefined where the folder is gone. */
export async function folderSize(folder: string): Promise<number | undefined> {
  const names = await readdir(folder, { recursive: true }).catch(() => undefined);
  if (names === undefined) return undefined;
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  return bytes;
}
