import { otherColour, type Colour } from '../contract/colour.js';
import { RefusedError } from '../contract/errors.js';
import type { EnvironmentOutputs } from '../contract/outputs.js';
import type { Plan } from '../contract/plan.js';
import type { Rules } from '../contract/rules.js';
import type { SlotInput } from '../contract/slot-input.js';
import { addBackup, type BackupFacts } from './add-backup.js';
import { plannedRules } from './planned-rules.js';
import { heldContractions, type Contraction } from './contractions.js';
import type { SlotState } from './ports/slots.js';
import type { Reading } from './ports/traffic.js';
import { StepList } from './step-list.js';

export interface SlotFacts extends BackupFacts {
  readonly environment: string;
  readonly colour: Colour;
  readonly outputs: EnvironmentOutputs;
  readonly rules: Rules;
  readonly affinity: 'none' | 'cohort';
  readonly reading: Reading;
  readonly slots: Readonly<Record<Colour, SlotState>>;
  /** Of the live release: contracting migrations that the database doesn't have yet. */
  readonly waiting?: readonly Contraction[];
  /** Of the platform's abilities; left out: it can't. */
  readonly scales?: boolean;
  readonly requestedBy: string;
  readonly because: string;
  readonly now: Date;
}

/** Takes an idle slot away. It can be made again from the store, which takes as long as provisioning does. */
export function planRetire(facts: SlotFacts): Plan {
  const list = new StepList();
  addIdleGates(list);
  list.add({
    id: 'destroy-slot',
    use: 'destroy-slot',
    kind: 'one-way',
    title: `destroy ${facts.colour}`,
    oneWayBecause: `what ran in ${facts.colour} is gone; 'crossfade slot create' makes it again from the store`,
  });
  addContractions(list, facts);
  return slotPlan(facts, 'retire', null, list);
}

/** Once the slot is gone, what waited for that is removed; a backup comes first, since nothing else brings it back. */
function addContractions(list: StepList, facts: SlotFacts): void {
  const { colour, slots, waiting = [] } = facts;
  const held = heldContractions(waiting, slots, colour).map(({ id }) => id);
  const released = waiting.map(({ id }) => id).filter((id) => !held.includes(id));
  if (released.length === 0) return;
  addBackup(list, facts);
  list.add({
    id: 'contract',
    use: 'contract',
    kind: 'one-way',
    title: `apply what waited for this: ${released.join(', ')}`,
    oneWayBecause: 'what it removes comes back only from a backup, without what was written since',
    arguments: { migrations: released, contractBecause: `${colour} is retired, and no other slot needs it` },
  });
}

/** Makes an idle slot again as its last run left it, or as `input` says. It gets no traffic. */
export function planCreate(facts: SlotFacts, input: SlotInput | undefined): Plan {
  if (!input) {
    throw new RefusedError(`no run has put a release into ${facts.colour} yet`, {
      hint: `'crossfade deploy ${facts.environment} VERSION' does`,
    });
  }
  const list = new StepList();
  addIdleGates(list);
  list.gate({
    id: 'gate-artifacts-present',
    use: 'artifacts-present',
    title: 'every artifact is present with its digest',
  });
  const { version } = input.release;
  list.add({ id: 'provision', use: 'provision', kind: 'change', title: `put ${version} into ${facts.colour}` });
  list.add({
    id: 'assert-outcome',
    use: 'assert-outcome',
    title: `see every replica of ${facts.colour} run what was asked for`,
  });
  if (facts.scales === true) {
    const title = `let ${otherColour(facts.colour)} shrink by itself again`;
    list.add({ id: 'let-shrink', use: 'let-shrink', kind: 'change', title });
  }
  return slotPlan(facts, 'create', { ...input, run: facts.run }, list);
}

function addIdleGates(list: StepList): void {
  list.gate({
    id: 'gate-target-without-traffic',
    use: 'target-without-traffic',
    title: 'no weight points at the slot',
  });
  list.gate({ id: 'gate-target-idle', use: 'target-idle', title: 'the slot is idle' });
}

function slotPlan(facts: SlotFacts, action: 'create' | 'retire', input: SlotInput | null, { steps }: StepList): Plan {
  const { run, environment, colour, outputs, rules, affinity, requestedBy, because } = facts;
  const standing = facts.slots[colour].input;
  const version = input?.release.version ?? standing?.release.version;
  return {
    format: 1,
    run,
    action,
    environment,
    from: otherColour(colour),
    to: colour,
    weightsBefore: facts.reading.weights ?? null,
    input,
    release: version === undefined ? null : { version },
    previous: null,
    rules: plannedRules(rules),
    affinity,
    outputs,
    requestedBy,
    because,
    createdAt: facts.now.toISOString(),
    steps,
  };
}
