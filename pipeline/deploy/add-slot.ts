import type { Colour } from '../../contract/colour.js';
import { addItemLooks } from '../checklist-steps.js';
import type { StepList } from '../step-list.js';
import type { DeployFacts } from './deploy-facts.js';

/** The idle slot gets the release and is checked by everything that needs no users. */
export function addSlot(list: StepList, facts: DeployFacts, from: Colour | null, to: Colour): void {
  const { release, affinity, checklist, staging = false } = facts;
  list.add({ id: 'provision', use: 'provision', kind: 'change', title: `put ${release.version} into ${to}` });
  list.add({ id: 'assert-outcome', use: 'assert-outcome', title: `see every replica of ${to} run what was asked for` });
  list.add({ id: 'warm-up', use: 'warm-up', title: `warm ${to} up` });
  // Where each request is led by itself, a visitor meets both releases; tried with what such a visitor carries.
  const mixed = affinity === 'none' && from !== null;
  list.add({
    id: 'smoke',
    use: 'smoke',
    title: `check ${to} through its test route${mixed ? ', also for visitors of both releases' : ''}`,
    arguments: mixed ? { mixed } : {},
  });
  addItemLooks(list, checklist, staging, 'look');
}
