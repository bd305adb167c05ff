import { writeFile } from 'node:fs/promises';

/** A new file that nobody else can read; throws where there is one already. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
}
