import { stat } from 'node:fs/promises';

/** When a file or folder was written last, ISO; undefined where it is gone. */
export async function writtenAt(path: string): Promise<string | undefined> {
  return (await stat(path).catch(() => undefined))?.mtime.toISOString();
}
