import { errnoOf } from './errno.js';

/** Whether this number is a process, also one that another account owns; false for what is no number. */
export function processAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
