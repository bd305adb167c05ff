import { colours, otherColour, type Colour } from '../contract/colour.js';
import { RefusedError } from '../contract/errors.js';
import type { Plan, PlannedStep } from '../contract/plan.js';
import { backgroundNames } from '../contract/service.js';
import { weightsTo } from '../contract/weights.js';
import { addHandOver } from './add-hand-over.js';
import { describeLoss, unacknowledgedBecause, wordsFor, type Loss } from './loss.js';
import { liveColour } from './live-colour.js';
import { planRollback, type RollbackFacts } from './plan-rollback.js';
import { plannedRules } from './planned-rules.js';
import { StepList } from './step-list.js';

export interface RestoreFacts extends RollbackFacts {
  readonly backup: string;
  /** As it is now; what was typed must fit it. */
  readonly loss: Loss;
  readonly acknowledged: { readonly rows: number | null };
  /** How long the maintenance page stays without a sign of the run. */
  readonly maintenanceMilliseconds: number;
}

/**
 * A restore of the database beside the one in use, with the traffic going back to the other slot where one stands, and
 * staying where it is where none does. Throws RefusedError when what was typed doesn't fit what would be lost.
 */
export function planRestore(facts: RestoreFacts): Plan {
  const because = unacknowledgedBecause(facts.acknowledged, facts.loss);
  if (because !== undefined) {
    throw new RefusedError(because, {
      hint: `if that may be lost, type --lose "${wordsFor(facts.loss)}"; 'crossfade maintenance on' first keeps the number from moving`,
    });
  }
  const live = liveColour(facts.reading, facts.slots);
  if (live === null) throw new RefusedError('no slot is live, so there is nothing whose database could go back');
  const back = facts.slots[otherColour(live)].standing ? planRollback(facts) : undefined;
  const { input } = facts.slots[live];
  return {
    ...(back ?? stayingPlan(facts, live)),
    action: 'restore',
    release: back === undefined ? (input ? { version: input.release.version } : null) : back.release,
    steps: restoreSteps(facts, back?.steps ?? []),
  };
}

function stayingPlan(facts: RestoreFacts, live: Colour): Omit<Plan, 'action' | 'steps' | 'release'> {
  const { run, environment, rules, affinity, outputs, requestedBy, because, now } = facts;
  return {
    format: 1,
    run,
    environment,
    from: live,
    to: live,
    weightsBefore: weightsTo(live, 100),
    input: facts.slots[live].input ?? null,
    previous: null,
    rules: plannedRules(rules),
    affinity,
    outputs,
    requestedBy,
    because,
    createdAt: now.toISOString(),
  };
}

const page = 'maintenance-on';

function restoreSteps(facts: RestoreFacts, back: readonly PlannedStep[]): PlannedStep[] {
  const { backup, acknowledged, loss, maintenanceMilliseconds, because } = facts;
  const list = new StepList();
  list.gate({
    id: 'gate-environment-reachable',
    use: 'environment-reachable',
    title: 'the balancer answers and has every route',
  });
  list.gate({ id: 'gate-weights-as-planned', use: 'weights-as-planned', title: 'the weights are those of the plan' });
  list.gate({ id: 'gate-database-reachable', use: 'database-reachable', title: 'the database answers' });
  const shown = { because, forMilliseconds: maintenanceMilliseconds };
  list.add({ id: page, use: page, kind: 'change', title: 'show users the maintenance page', arguments: shown });
  const background = backgroundNames(facts.outputs.services);
  if (background.length > 0) {
    list.add({
      id: 'stop-background',
      use: 'stop-background',
      kind: 'change',
      title: `stop ${background.join(', ')}`,
      arguments: { services: background },
    });
  }
  list.add({
    id: 'final-mark',
    use: 'final-mark',
    title: `count once more what is lost (acknowledged: ${wordsFor({ rows: acknowledged.rows ?? undefined })})`,
    arguments: { page, backup, acknowledgedRows: acknowledged.rows },
  });
  const from = { page, backup };
  list.add({
    id: 'restore-beside',
    use: 'restore-beside',
    kind: 'change',
    title: `restore ${backup} beside`,
    arguments: from,
  });
  list.add({ id: 'verify-restored', use: 'verify-restored', title: 'check what was restored', arguments: from });
  const standing = colours.filter((colour) => facts.slots[colour].standing);
  list.add({
    id: 'switch-database',
    use: 'switch-database',
    kind: 'change',
    title: `let slots use the restored database; the one before is kept (${describeLoss(loss)})`,
    arguments: { page, mark: 'final-mark', colours: standing },
  });
  const restarted = { page, colours: standing };
  list.add({
    id: 'restart-slots',
    use: 'restart-slots',
    kind: 'change',
    title: 'restart what uses it',
    arguments: restarted,
  });
  for (const { id, use, kind, title, arguments: options } of back) {
    if (use !== 'hand-over') list.add({ id, use, kind, title, arguments: options });
  }
  list.add({ id: 'smoke', use: 'smoke', title: 'check through the test route' });
  addHandOver(list, 100, 'start', background);
  list.add({
    id: 'maintenance-off',
    use: 'maintenance-off',
    kind: 'one-way',
    title: 'let users in again',
    oneWayBecause: 'from then on users write to the restored database, and going back would lose that',
    arguments: { step: page },
  });
  return list.steps;
}
