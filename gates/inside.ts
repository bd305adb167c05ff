import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ConfigurationError } from '../contract/errors.js';
import { systemCode } from './system-code.js';

/** Where a path of a checklist really leads; undefined: nothing is there. Throws ConfigurationError when that is outside of the project. */
export async function inside(folder: string, path: string): Promise<string | undefined> {
  const root = await realpath(folder);
  const wanted = resolve(root, path);
  refuseOutside(root, wanted, path);
  try {
    const real = await realpath(wanted);
    refuseOutside(root, real, path);
    return real;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

function refuseOutside(root: string, place: string, path: string): void {
  const from = relative(root, place);
  if (from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from)) return;
  throw new ConfigurationError(`${path} leads out of the project`, {
    hint: 'paths of a checklist stay in its project',
  });
}
