import type { Colour } from '../../contract/colour.js';
import { weightsTo } from '../../contract/weights.js';
import { addItemLooks, peopleArguments } from '../checklist-steps.js';
import { addFlagSteps } from '../flag-steps.js';
import type { Asking } from '../people/asking.js';
import type { StepList } from '../step-list.js';
import type { DeployFacts } from './deploy-facts.js';
import { watching } from './watching.js';

/** The slot has all the traffic: its flags, the bake, and a last look at what runs. */
export function addEnding(
  list: StepList,
  facts: DeployFacts,
  from: Colour | null,
  to: Colour,
  asked: readonly Asking[],
): void {
  const { rules, checklist, flags = {} } = facts;
  addFlagSteps(list, checklist, flags, { to, rules, judged: from !== null });
  // Before a first release there are no users whose requests could be judged, and none to be harmed.
  const decided = rules.weights.some((percent) => percent < 100);
  if (from !== null) addBake(list, facts, to, decided ? [] : asked);
  if (from !== null && !decided) addItemLooks(list, checklist, facts.staging ?? false, 'afterwards');
  list.add({
    id: 'assert-live',
    use: 'assert-outcome',
    title: `see every replica of ${to} still run what was asked for`,
  });
  if (facts.scales === true && from !== null) {
    list.add({ id: 'let-shrink', use: 'let-shrink', kind: 'change', title: `let ${from} shrink by itself again` });
  }
}

function addBake(list: StepList, { rules, checklist }: DeployFacts, to: Colour, asked: readonly Asking[]): void {
  const people = peopleArguments(asked, rules.decideWithin);
  const watched = { holdMilliseconds: rules.bake, ...watching(checklist), ...people };
  const bake = { weights: weightsTo(to, 100), shift: null, ...watched };
  list.add({ id: 'bake', use: 'judge', title: `watch ${to} with all the traffic`, arguments: bake });
}
