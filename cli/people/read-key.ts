import { readFile, stat } from 'node:fs/promises';
import { ConfigurationError } from '../../contract/errors.js';

/** A private key that nobody but its owner can read. Throws ConfigurationError. */
export async function readKey(file: string): Promise<string> {
  const { mode } = await stat(file).catch((cause: unknown) => {
    throw new ConfigurationError(`${file} can't be read`, { cause });
  });
  if ((mode & 0o077) !== 0) {
    throw new ConfigurationError(`${file} can be read by others than its owner`, { hint: `chmod 600 ${file}` });
  }
  return readFile(file, 'utf8');
}
