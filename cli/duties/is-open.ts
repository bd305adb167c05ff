import type { DutyStatus } from './duty.js';

export function isOpen(status: DutyStatus): boolean {
  return status !== 'done' && status !== 'lapsed';
}
