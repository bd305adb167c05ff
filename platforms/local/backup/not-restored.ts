import { PlatformError } from '../../../contract/errors.js';
import { errnoOf } from '../host/errno.js';

/** What the operating system said while a backup was copied to this folder, for people; anything else as it is. */
export function notRestored(name: string, folder: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new PlatformError(
    `${name} could not be restored: ${full ? 'the disk is full' : code}; what was copied is removed`,
    { cause: error, ...(full ? { hint: `make room on the disk of ${folder}` } : {}) },
  );
}
