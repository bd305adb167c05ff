import type { Colour } from '../../contract/colour.js';
import { weightsTo, type Weights } from '../../contract/weights.js';
import { addItemLooks, peopleArguments } from '../checklist-steps.js';
import type { Asking } from '../people/asking.js';
import type { StepList } from '../step-list.js';
import { addHandOvers } from './add-hand-overs.js';
import type { DeployFacts } from './deploy-facts.js';
import { watching } from './watching.js';

/** Share by share: moved, seen to follow, judged, and background work after it. */
export function addShifts(list: StepList, facts: DeployFacts, to: Colour, asked: readonly Asking[]): void {
  const { rules, checklist, staging = false } = facts;
  // People decide once most can be seen, and before all users are there.
  const deciding = rules.weights.filter((percent) => percent < 100).at(-1);
  let before = 0;
  for (const percent of rules.weights) {
    const weights: Weights = weightsTo(to, percent);
    const id = `shift-${percent}`;
    list.add({
      id,
      use: 'shift',
      kind: 'change',
      title: `give ${to} ${percent} %`,
      arguments: { weights, expected: weightsTo(to, before) },
    });
    list.add({
      id: `converge-${percent}`,
      use: 'converge',
      title: 'see the traffic follow',
      arguments: { weights, shift: id },
    });
    // The last share is judged by the bake, once routes are open and background work has moved too.
    if (percent < 100) {
      const people = peopleArguments(percent === deciding ? asked : [], rules.decideWithin);
      const options = { weights, shift: id, holdMilliseconds: rules.hold, ...watching(checklist), ...people };
      list.add({ id: `judge-${percent}`, use: 'judge', title: `judge ${to} at ${percent} %`, arguments: options });
      if (percent === deciding) addItemLooks(list, checklist, staging, 'afterwards');
    }
    addHandOvers(list, facts, before, percent);
    before = percent;
  }
}
