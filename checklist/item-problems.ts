import type { ChecklistItem, Problem } from '../contract/checklist.js';
import { findCycle } from './find-cycle.js';

/** An item with the line that says most about it: that of its annotation, where it has one. */
export interface PlacedItem {
  readonly item: ChecklistItem;
  readonly at: number;
}

/** Needs that are no item's id, and items that need each other. */
export function problemsOfNeeds(items: readonly PlacedItem[]): Problem[] {
  const byId = new Map(items.map((each) => [each.item.id, each]));
  const problems = items.flatMap(({ item, at }) =>
    item.parents
      .filter((parent) => !byId.has(parent))
      .map((parent) => ({ line: at, says: `needs '${parent}', which is no item's id` })),
  );
  const cycle = findCycle(items.map(({ item }) => item));
  const [first] = cycle;
  if (first === undefined) return problems;
  const words = [...cycle, first].map((id) => `${id} (line ${byId.get(id)?.item.place.line ?? '?'})`);
  return [...problems, { line: byId.get(first)?.at ?? 1, says: `these need each other: ${words.join(' → ')}` }];
}

/** Where the document says who holds its roles, every role must be held, by as many as approve. */
export function problemsOfRoles(
  items: readonly PlacedItem[],
  roles: Readonly<Record<string, readonly string[]>>,
): Problem[] {
  return items.flatMap(({ item, at }) => {
    const { check } = item;
    const role = 'role' in check ? check.role : item.role;
    const holders = roles[role];
    const needed = check.kind === 'approval' ? check.count : 1;
    if (holders === undefined) return [{ line: at, says: `no role '${role}' is declared at the top` }];
    if (holders.length === 0) return [{ line: at, says: `nobody holds the role '${role}'` }];
    // A holder such as github:acme/engineers stands for as many as there are in it.
    if (holders.length >= needed || holders.some((holder) => holder.includes(':'))) return [];
    return [{ line: at, says: `${needed} approvals by '${role}', which ${holders.length} hold` }];
  });
}
