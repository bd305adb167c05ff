import { addItemGates } from '../checklist-steps.js';
import { hotfixAsking } from '../hotfix.js';
import { peopleGate } from '../people/people-gate.js';
import type { StepList } from '../step-list.js';
import { addDatabaseGates } from './add-database-gates.js';
import type { DeployFacts } from './deploy-facts.js';

/** Every question before the first change: of the world, of what was proven before, of people, of the checklist. */
export function addGates(list: StepList, facts: DeployFacts): void {
  const { outputs, checklist, hotfix, staging = false, holders = () => [] } = facts;
  addWorldGates(list);
  // Where credentials end; elsewhere it would be a gate that can't say no.
  if (outputs.platform === 'aws') {
    const title = 'the credentials last as long as this';
    list.gate({ id: 'gate-credentials-last', use: 'credentials-last', title });
  }
  if (outputs.database !== null) addDatabaseGates(list, facts);
  if (hotfix) list.gate(peopleGate(hotfixAsking(hotfix, holders, checklist)));
  if (checklist) addItemGates(list, checklist, staging, holders);
}

function addWorldGates(list: StepList): void {
  const gates = [
    ['environment-reachable', 'the balancer answers and has every route'],
    ['weights-as-planned', 'the weights are those of the plan'],
    ['target-idle', 'the target slot is idle'],
    ['way-back', 'the live slot is whole'],
    ['release-fits', 'the release fits the environment'],
    ['artifacts-present', 'every artifact is present with its digest'],
    ['settings-present', 'required settings are present'],
    ['not-quarantined', 'no digest is quarantined'],
    ['database-reachable', 'the database answers'],
    ['schema-serves-release', 'the schema still has what the release may use'],
  ] as const;
  for (const [use, title] of gates) list.gate({ id: `gate-${use}`, use, title });
}
