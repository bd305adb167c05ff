import type { Checklist, ChecklistItem, Moment } from '../contract/checklist.js';

/** Gates are asked before the run, duties after the promotion; the rest has its place in between. */
const order: readonly Moment[] = ['always', 'before', 'staging', 'during', 'after', 'rollback', 'record'];

export interface PlannedPhase {
  readonly moment: Moment;
  readonly items: readonly ChecklistItem[];
}

/** What would be done in which phase: in the document's order, but never before what an item needs. */
export function planChecklist({ items }: Checklist): PlannedPhase[] {
  const sorted = inOrder(items);
  return order
    .map((moment) => ({ moment, items: sorted.filter((item) => item.moment === moment) }))
    .filter((phase) => phase.items.length > 0);
}

/** Each after those that it needs, else as they come. There are no circles: compiling refuses them. */
export function inOrder(items: readonly ChecklistItem[]): ChecklistItem[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const placed = new Set<string>();
  const sorted: ChecklistItem[] = [];
  for (const start of items) {
    const stack = [start];
    for (let item = stack.at(-1); item !== undefined; item = stack.at(-1)) {
      const missing = item.parents.map((id) => byId.get(id)).find((parent) => parent && !placed.has(parent.id));
      if (missing && !stack.includes(missing)) {
        stack.push(missing);
        continue;
      }
      stack.pop();
      if (!placed.has(item.id)) sorted.push(item);
      placed.add(item.id);
    }
  }
  return sorted;
}
