import type { ChecklistItem, PlannedChecklist } from '../../contract/checklist.js';
import type { Asking } from './asking.js';

/** Who holds a role, by the environment's configuration beside what the checklist says. */
export type Holders = (role: string) => readonly string[];

/** Undefined for an item that asks nobody for a decision. */
export function askingOf(item: ChecklistItem, { roles }: PlannedChecklist, holders: Holders): Asking | undefined {
  const { check, id, title } = item;
  if (check.kind !== 'approval' && check.kind !== 'sign-off') return undefined;
  const held = [...new Set([...(roles[check.role] ?? []), ...holders(check.role)])];
  const about = { item: id, title, role: check.role, holders: held, otherwise: 'hold' as const };
  if (check.kind === 'sign-off') return { ...about, asks: 'sign-off', count: 1 };
  const { count, expires, otherwise } = check;
  return {
    ...about,
    asks: 'approval',
    count,
    ...(expires === undefined ? {} : { expiresMilliseconds: expires }),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}
