import { execFileSync } from 'node:child_process';

/** A file system of its own of this size in the folder; false where this account may not mount. The caller unmounts it. */
export function mountedSmall(folder: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
