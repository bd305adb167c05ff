import { otherColour, type Colour } from '../contract/colour.js';
import type { PlannedHotfix } from '../contract/hotfix.js';
import type { Plan, PlannedStep } from '../contract/plan.js';
import { weightsTo } from '../contract/weights.js';
import { askedMeanwhile } from './checklist-steps.js';
import { addDatabase } from './deploy/add-database.js';
import { addEnding } from './deploy/add-ending.js';
import { addGates } from './deploy/add-gates.js';
import { addSlot } from './deploy/add-slot.js';
import { addTraffic } from './deploy/add-traffic.js';
import type { DeployFacts } from './deploy/deploy-facts.js';
import { replicasOf } from './deploy/replicas-of.js';
import { hotfixChecklist, hotfixRules, plannedHotfix } from './hotfix.js';
import { liveColour } from './live-colour.js';
import { plannedRules } from './planned-rules.js';
import { StepList } from './step-list.js';
import { withLimitsOf } from './watched-metrics.js';

/** Throws RefusedError when no deploy can begin from here. */
export function planDeploy(said: DeployFacts): Plan {
  const { facts, hotfix } = inItsLane(said);
  const { outputs, release, reading } = facts;
  const from = liveColour(reading, facts.slots);
  const to = from === null ? 'blue' : otherColour(from);
  const live = from === null ? undefined : facts.slots[from];
  const input = {
    run: facts.run,
    release,
    settings: facts.settings,
    replicas: replicasOf(outputs.services, release, live),
  };
  return {
    format: 1,
    run: facts.run,
    action: 'deploy',
    environment: facts.environment,
    from,
    to,
    weightsBefore: from === null ? null : weightsTo(from, 100),
    input,
    release: { version: release.version },
    previous: live?.input ? { version: live.input.release.version } : null,
    rules: facts.checklist ? withLimitsOf(plannedRules(facts.rules), facts.checklist) : plannedRules(facts.rules),
    affinity: facts.affinity,
    outputs,
    ...(facts.checklist ? { checklist: facts.checklist } : {}),
    ...(hotfix ? { hotfix } : {}),
    requestedBy: facts.requestedBy,
    because: facts.because,
    createdAt: facts.now.toISOString(),
    steps: deploySteps(facts, from, to),
  };
}

/** What the fast lane changes: rules and checklist, and what the plan says of it. */
function inItsLane(facts: DeployFacts): { readonly facts: DeployFacts; readonly hotfix?: PlannedHotfix } {
  const { hotfix, checklist, staging = false } = facts;
  if (hotfix === undefined) return { facts };
  const rules = hotfixRules(facts.rules, hotfix);
  const lane = checklist && hotfixChecklist(checklist, staging, hotfix);
  return {
    facts: { ...facts, rules, ...(lane ? { checklist: lane.checklist } : {}) },
    hotfix: plannedHotfix(hotfix, lane?.skipped ?? []),
  };
}

function deploySteps(facts: DeployFacts, from: Colour | null, to: Colour): PlannedStep[] {
  const { checklist, staging = false, holders = () => [] } = facts;
  const asked = checklist ? askedMeanwhile(checklist, staging, holders) : [];
  const list = new StepList();
  addGates(list, facts);
  if (facts.outputs.database !== null) addDatabase(list, facts);
  addSlot(list, facts, from, to);
  addTraffic(list, facts, from, to, asked);
  addEnding(list, facts, from, to, asked);
  return list.steps;
}
