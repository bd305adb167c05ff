import type { PlannedStep } from '../../contract/plan.js';
import { stepIdOf } from '../item-of.js';
import { askingJson, type Asking } from './asking.js';

/** The gate that asks this of people before the first change. Its id is what they name when they decide. */
export function peopleGate(asking: Asking): Omit<PlannedStep, 'oneWayBecause'> {
  return {
    id: stepIdOf(asking.item),
    use: asking.asks === 'approval' ? 'approved' : 'signed',
    kind: 'look',
    title: asking.title,
    gate: true,
    parents: [],
    arguments: askingJson(asking),
  };
}
