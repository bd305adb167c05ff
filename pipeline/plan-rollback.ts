import { otherColour, type Colour } from '../contract/colour.js';
import { RefusedError } from '../contract/errors.js';
import type { EnvironmentOutputs } from '../contract/outputs.js';
import type { Plan } from '../contract/plan.js';
import type { Rules } from '../contract/rules.js';
import { describeWeights, weightsTo } from '../contract/weights.js';
import { addCloseRoutes } from './add-close-routes.js';
import { addHandOver } from './add-hand-over.js';
import { liveColour } from './live-colour.js';
import { plannedRules } from './planned-rules.js';
import type { SlotState } from './ports/slots.js';
import type { Reading } from './ports/traffic.js';
import { StepList } from './step-list.js';

export interface RollbackFacts {
  readonly run: string;
  readonly environment: string;
  readonly outputs: EnvironmentOutputs;
  readonly rules: Rules;
  readonly affinity: 'none' | 'cohort';
  /** Where it goes; left out: to the slot beside the live one. */
  readonly to?: Colour;
  readonly reading: Reading;
  readonly slots: Readonly<Record<Colour, SlotState>>;
  /** Whether what stands in this slot was live before, and nobody has quarantined it since; else why not. */
  readonly unproven: string | undefined;
  readonly requestedBy: string;
  readonly because: string;
  readonly now: Date;
}

/**
 * Back to the slot that stands beside the live one, traffic first. Throws RefusedError when nothing healthy stands there:
 * going further back is a deploy of a stored release.
 */
export function planRollback(facts: RollbackFacts): Plan {
  const to = facts.to ?? besideLive(facts);
  const from = otherColour(to);
  const target = facts.slots[to];
  refuseUnfit(facts, to, target);
  return {
    format: 1,
    run: facts.run,
    action: 'rollback',
    environment: facts.environment,
    from,
    to,
    // Weights that differ between services have no name: an abort of this leaves them whole.
    weightsBefore: facts.reading.weights ?? weightsTo(to, 100),
    input: target.input ?? null,
    release: target.input ? { version: target.input.release.version } : null,
    previous: facts.slots[from].input ? { version: facts.slots[from].input.release.version } : null,
    rules: plannedRules(facts.rules),
    affinity: facts.affinity,
    outputs: facts.outputs,
    requestedBy: facts.requestedBy,
    because: facts.because,
    createdAt: facts.now.toISOString(),
    steps: rollbackSteps(facts, to, target).steps,
  };
}

function besideLive({ reading, slots }: RollbackFacts): Colour {
  const live = liveColour(reading, slots);
  if (live === null) throw new RefusedError('no slot is live, so there is nothing to go back from');
  return otherColour(live);
}

function rollbackSteps(facts: RollbackFacts, to: Colour, target: SlotState): StepList {
  const { outputs, reading } = facts;
  const weights = weightsTo(to, 100);
  const list = new StepList();
  const carried = (name: string) => target.input === undefined || name in target.input.release.artifacts;
  const shift = { weights, expected: reading.weights ?? null };
  list.add({
    id: 'shift-100',
    use: 'shift',
    kind: 'change',
    title: `give ${to} all the traffic (${describeWeights(weights)})`,
    arguments: shift,
  });
  const background = Object.keys(outputs.services).filter(
    (name) => outputs.services[name]?.kind !== 'routed' && carried(name),
  );
  addHandOver(list, 100, 'hand back', background);
  addCloseRoutes(
    list,
    Object.keys(reading.services).filter((name) => !carried(name)),
  );
  list.add({
    id: 'converge-100',
    use: 'converge',
    title: 'see the traffic follow',
    arguments: { weights, shift: 'shift-100' },
  });
  if (target.input) list.add({ id: 'assert-live', use: 'assert-outcome', title: `see ${to} run what it ran before` });
  const digests = digestsOf(facts.slots[otherColour(to)]).filter((digest) => !digestsOf(target).includes(digest));
  if (digests.length > 0) {
    const title = 'quarantine what is left behind';
    list.add({ id: 'quarantine', use: 'quarantine', kind: 'change', title, arguments: { digests } });
  }
  return list;
}

function digestsOf({ input }: SlotState): string[] {
  return Object.values(input?.release.artifacts ?? {}).map((artifact) => artifact.digest);
}

function refuseUnfit(facts: RollbackFacts, to: Colour, target: SlotState): void {
  const hint = "'crossfade rollback --to VERSION' deploys a stored release, which takes as long as a deploy";
  if (target.standing && facts.unproven !== undefined) throw new RefusedError(facts.unproven, { hint });
  if (!target.standing) throw new RefusedError(`${to} does not stand any more`, { hint });
  const { outputs } = facts;
  const routed = Object.keys(outputs.services).filter(
    (name) =>
      outputs.services[name]?.kind === 'routed' &&
      (target.input === undefined || name in target.input.release.artifacts),
  );
  const missing = routed.filter(
    (name) => !target.replicas.some((replica) => replica.service === name && replica.healthy),
  );
  if (missing.length > 0) throw new RefusedError(`${to} has no healthy replica of ${missing.join(', ')}`, { hint });
}
