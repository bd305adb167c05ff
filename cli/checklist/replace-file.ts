import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { ConfigurationError } from '../../contract/errors.js';
import { systemCode } from '../../journal/system-error.js';

/** The old text or the new one, never half of it. Keeps the file's mode. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.crossfade-${process.pid}`;
  try {
    const { mode } = await stat(file);
    await writeFile(draft, text, { flag: 'wx', mode });
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    throw new ConfigurationError(`${file} can't be written (${code}); it is as it was`, { cause });
  }
}
