import type { ChecklistItem } from '../../contract/checklist.js';

/** Somebody is told, and nothing moves: watched while traffic is split. */
export function onlyAlarms({ check, moment, due }: ChecklistItem): boolean {
  if (check.kind !== 'metric' || moment !== 'during' || due !== undefined) return false;
  return check.alarm !== undefined && check.pass === undefined && check.rollback === undefined;
}
