import type { Colour } from '../../contract/colour.js';
import { weightsTo } from '../../contract/weights.js';
import { addCloseRoutes } from '../add-close-routes.js';
import { addItemLooks } from '../checklist-steps.js';
import { askingJson, type Asking } from '../people/asking.js';
import type { StepList } from '../step-list.js';
import { addHandOvers } from './add-hand-overs.js';
import { addShifts } from './add-shifts.js';
import type { DeployFacts } from './deploy-facts.js';

/** Users get there: all at once before a first release, else share by share; then routes that come or go with it. */
export function addTraffic(
  list: StepList,
  facts: DeployFacts,
  from: Colour | null,
  to: Colour,
  asked: readonly Asking[],
): void {
  const carried = (name: string) => name in facts.release.artifacts;
  const open = Object.keys(facts.reading.services);
  const dark = facts.reading.dark.filter(carried);
  if (from === null) {
    addFirst(list, facts, to, [...dark, ...open].filter(carried), asked);
  } else {
    addShifts(list, facts, to, asked);
    if (dark.length > 0) addOpening(list, `open ${dark.join(', ')}`, dark, to);
  }
  addCloseRoutes(
    list,
    open.filter((name) => !carried(name)),
  );
}

/** Before a first release nothing is watched, so it waits for people without that, and parks. */
function addFirst(
  list: StepList,
  facts: DeployFacts,
  to: Colour,
  services: readonly string[],
  asked: readonly Asking[],
): void {
  if (asked.length > 0) {
    const title = `wait for ${asked.map(({ title }) => title).join(', ')}`;
    list.add({ id: 'await-people', use: 'await-people', title, arguments: { asked: asked.map(askingJson) } });
    addItemLooks(list, facts.checklist, facts.staging ?? false, 'afterwards');
  }
  addOpening(list, `open the routes to ${to}`, services, to);
  const followed = { weights: weightsTo(to, 100), shift: 'open-routes' };
  list.add({ id: 'converge-100', use: 'converge', title: 'see the traffic follow', arguments: followed });
  addHandOvers(list, facts, 0, 100);
}

function addOpening(list: StepList, title: string, services: readonly string[], to: Colour): void {
  list.add({
    id: 'open-routes',
    use: 'open-routes',
    kind: 'change',
    title,
    arguments: { services: [...services], weights: weightsTo(to, 100) },
  });
}
