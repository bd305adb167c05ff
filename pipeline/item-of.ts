import type { ChecklistItem } from '../contract/checklist.js';
import type { Plan, PlannedStep } from '../contract/plan.js';

/** Where every item's step is found by the item's id. */
export function stepIdOf(item: string): string {
  return `item-${item}`;
}

/** The item that a step asks about; undefined for a step of the pipeline's own. */
export function itemOf({ checklist }: Plan, { arguments: said }: PlannedStep): ChecklistItem | undefined {
  return checklist?.items.find(({ id }) => id === said['item']);
}

/** Ids of the items that a step watches. */
export function watchedIn({ arguments: said }: PlannedStep): string[] {
  const { items } = said;
  return Array.isArray(items) ? items.filter((id) => typeof id === 'string') : [];
}
