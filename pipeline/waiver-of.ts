import type { PlannedStep } from '../contract/plan.js';
import type { Waiver } from './session.js';

/** Who lets this step pass: by its id, its name, or its item's id. No waiver covers all items of a checklist at once. */
export function waiverOf(waivers: readonly Waiver[], { id, use, arguments: said }: PlannedStep): Waiver | undefined {
  const { item } = said;
  return waivers.find(({ gate }) => gate === id || gate === (typeof item === 'string' ? item : use));
}
