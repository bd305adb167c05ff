import { otherColour, type Colour } from '../contract/colour.js';
import { RefusedError } from '../contract/errors.js';
import type { PlannedChecklist } from '../contract/checklist.js';
import type { PlannedHotfix } from '../contract/hotfix.js';
import type { EnvironmentOutputs } from '../contract/outputs.js';
import type { Plan, PlannedStep } from '../contract/plan.js';
import type { Release } from '../contract/release.js';
import type { Rules } from '../contract/rules.js';
import type { Settings } from '../contract/settings.js';
import type { Service } from '../contract/service.js';
import { weightsTo, wholeColour, type Weights } from '../contract/weights.js';
import type { SlotState } from './ports/slots.js';
import type { Reading } from './ports/traffic.js';
import { addBackup, type BackupFacts } from './add-backup.js';
import { plannedRules } from './planned-rules.js';
import { addFlagSteps, type FlagsBefore } from './flag-steps.js';
import { addItemGates, addItemLooks, askedMeanwhile, peopleArguments } from './checklist-steps.js';
import { heldContractions, type Contraction } from './contractions.js';
import { askingJson, type Asking } from './people/asking.js';
import { peopleGate } from './people/people-gate.js';
import { hotfixAsking, hotfixChecklist, hotfixRules, plannedHotfix, type HotfixFacts } from './hotfix.js';
import type { Holders } from './people/people-of-items.js';
import { StepList } from './step-list.js';
import { watchedBy, watchedMetrics, withLimitsOf } from './watched-metrics.js';
import { comparesWithBefore } from './verifications/verify.js';

/** All that a deploy is computed from; reading the world is the caller's. */
export interface DeployFacts extends BackupFacts {
  readonly environment: string;
  readonly outputs: EnvironmentOutputs;
  readonly rules: Rules;
  readonly affinity: 'none' | 'cohort';
  readonly release: Release;
  readonly settings: Settings;
  readonly reading: Reading;
  readonly slots: Readonly<Record<Colour, SlotState>>;
  /** Migrations that remove what an earlier release may use; left out: those that declare it. */
  readonly contractions?: readonly Contraction[];
  /** Why the migrations need not be rehearsed this time, and who says so. */
  readonly rehearsalWaived?: { readonly because: string; readonly by: string };
  /** Left out: nothing of a team's own is asked. */
  readonly checklist?: PlannedChecklist;
  /** Percent of users for whom the checklist's flags are on by now; a flag that is left out is off. */
  readonly flags?: FlagsBefore;
  /** Releases are tried here first. */
  readonly staging?: boolean;
  /** Left out: the usual lane. */
  readonly hotfix?: HotfixFacts;
  /** Left out: those whom the checklist names. */
  readonly holders?: Holders;
  /** Of the platform's abilities; left out: it can't. */
  readonly scales?: boolean;
  readonly requestedBy: string;
  readonly because: string;
  readonly now: Date;
}

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

/**
 * The live slot, or null before the first release: a balancer may name a slot before anything stands in one.
 * Throws RefusedError while traffic is split.
 */
export function liveColour(reading: Reading, slots: Readonly<Record<Colour, SlotState>>): Colour | null {
  if (Object.keys(reading.services).length === 0) return null;
  if (!slots.blue.standing && !slots.green.standing) return null;
  const whole = reading.weights && wholeColour(reading.weights);
  if (whole) return whole;
  throw new RefusedError('traffic is split between the slots, so neither is idle', {
    hint: "finish or undo that first: 'crossfade status' names the run and the command",
  });
}

function deploySteps(facts: DeployFacts, from: Colour | null, to: Colour): PlannedStep[] {
  const { outputs, release, rules, reading, checklist, staging = false, holders = () => [] } = facts;
  const asked = checklist ? askedMeanwhile(checklist, staging, holders) : [];
  const list = new StepList();
  addGates(list);
  // Where credentials end; elsewhere it would be a gate that can't say no.
  if (outputs.platform === 'aws') {
    const title = 'the credentials last as long as this';
    list.gate({ id: 'gate-credentials-last', use: 'credentials-last', title });
  }
  if (outputs.database !== null) addReview(list, facts);
  if (facts.hotfix) list.gate(peopleGate(hotfixAsking(facts.hotfix, holders, checklist)));
  if (checklist) addItemGates(list, checklist, staging, holders);
  if (outputs.database !== null) addDatabase(list, facts);
  list.add({ id: 'provision', use: 'provision', kind: 'change', title: `put ${release.version} into ${to}` });
  list.add({ id: 'assert-outcome', use: 'assert-outcome', title: `see every replica of ${to} run what was asked for` });
  list.add({ id: 'warm-up', use: 'warm-up', title: `warm ${to} up` });
  // Where each request is led by itself, a visitor meets both releases; tried with what such a visitor carries.
  const mixed = facts.affinity === 'none' && from !== null;
  list.add({
    id: 'smoke',
    use: 'smoke',
    title: `check ${to} through its test route${mixed ? ', also for visitors of both releases' : ''}`,
    arguments: mixed ? { mixed } : {},
  });
  if (checklist) addItemLooks(list, checklist, staging);
  const carried = (name: string) => name in release.artifacts;
  const dark = reading.dark.filter(carried);
  const background = backgroundOf(outputs.services).filter(([name]) => carried(name));
  if (from === null) {
    addAwaited(list, asked);
    list.add({
      id: 'open-routes',
      use: 'open-routes',
      kind: 'change',
      title: `open the routes to ${to}`,
      arguments: { services: [...dark, ...Object.keys(reading.services)].filter(carried), weights: weightsTo(to, 100) },
    });
    const followed = { weights: weightsTo(to, 100), shift: 'open-routes' };
    list.add({ id: 'converge-100', use: 'converge', title: 'see the traffic follow', arguments: followed });
    addHandOvers(list, background, 0, 100);
  } else {
    addShifts(list, facts, to, background, asked);
    if (dark.length > 0) {
      list.add({
        id: 'open-routes',
        use: 'open-routes',
        kind: 'change',
        title: `open ${dark.join(', ')}`,
        arguments: { services: dark, weights: weightsTo(to, 100) },
      });
    }
  }
  const gone = Object.keys(reading.services).filter((name) => !carried(name));
  if (gone.length > 0) {
    list.add({
      id: 'close-routes',
      use: 'close-routes',
      kind: 'change',
      title: `close ${gone.join(', ')}`,
      arguments: { services: gone },
    });
  }
  addFlagSteps(list, checklist, facts.flags ?? {}, { to, rules, judged: from !== null });
  // Before a first release there are no users whose requests could be judged, and none to be harmed.
  if (from !== null) addBake(list, facts, to, rules.weights.some((percent) => percent < 100) ? [] : asked);
  list.add({
    id: 'assert-live',
    use: 'assert-outcome',
    title: `see every replica of ${to} still run what was asked for`,
  });
  if (facts.scales === true && from !== null) {
    list.add({ id: 'let-shrink', use: 'let-shrink', kind: 'change', title: `let ${from} shrink by itself again` });
  }
  return list.steps;
}

/** Before a first release nothing is watched, so it parks until they have decided. */
function addAwaited(list: StepList, asked: readonly Asking[]): void {
  if (asked.length === 0) return;
  const title = `wait for ${asked.map(({ title }) => title).join(', ')}`;
  list.add({ id: 'await-people', use: 'await-people', title, arguments: { asked: asked.map(askingJson) } });
}

function addBake(list: StepList, { rules, checklist }: DeployFacts, to: Colour, asked: readonly Asking[]): void {
  const people = peopleArguments(asked, rules.decideWithin);
  const watched = { holdMilliseconds: rules.bake, ...watching(checklist), ...people };
  const bake = { weights: weightsTo(to, 100), shift: null, ...watched };
  list.add({ id: 'bake', use: 'judge', title: `watch ${to} with all the traffic`, arguments: bake });
}

function addGates(list: StepList): void {
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

/** What was proven before, and the review where there is something to review. */
function addReview(list: StepList, { release, rules }: DeployFacts): void {
  const { restoreDrill } = rules.database;
  if (restoreDrill !== null) {
    list.gate({
      id: 'gate-restore-drill',
      use: 'restore-drill',
      title: 'a backup was restored, and found good, not too long ago',
      arguments: { withinMilliseconds: restoreDrill },
    });
  }
  if (!migrates(release)) return;
  if (rules.database.rehearsal === 'ahead') {
    list.gate({
      id: 'gate-rehearsed',
      use: 'rehearsed',
      title: 'the migrations were rehearsed on a copy, with both releases',
      arguments: { acceptForMilliseconds: rules.database.rehearsalFor },
    });
  }
  const { longestBlock, ownCommand } = rules.migrations;
  list.gate({
    id: 'gate-migrations-reviewed',
    use: 'migrations-reviewed',
    title: 'the migrations are safe beside live traffic',
    arguments: { longestBlockMilliseconds: longestBlock, ownCommand },
  });
}

function addDatabase(list: StepList, facts: DeployFacts): void {
  const { release } = facts;
  addBackup(list, facts);
  addRehearsal(list, facts);
  const compared = release.verifications.some(comparesWithBefore);
  if (compared) list.add({ id: 'capture', use: 'capture', title: 'keep what is compared after the migrations' });
  addMigrate(list, facts);
  if (release.verifications.length > 0) {
    list.add({
      id: 'verifications',
      use: 'verifications',
      title: "ask the release's verification queries",
      arguments: compared ? { before: 'capture' } : {},
    });
  }
}

/** Where the platform has copies of its database; elsewhere a gate asks for one that was made ahead, if the rules do. */
function addRehearsal(list: StepList, facts: DeployFacts): void {
  const { outputs, release, rules, run, rehearsalWaived } = facts;
  if (rules.database.rehearsal !== 'deploy' || outputs.platform !== 'local' || !migrates(release)) return;
  const { hold, contracting, contractBecause } = contractingOf(facts);
  list.add({
    id: 'rehearse',
    use: 'rehearse',
    kind: 'change',
    title: 'rehearse the migrations on a copy, with both releases',
    arguments: {
      backup: `before-${run}`,
      acceptForMilliseconds: rules.database.rehearsalFor,
      hold: hold.map(({ id }) => id),
      contracting,
      ...(contractBecause === undefined ? {} : { contractBecause }),
      ...(rehearsalWaived === undefined ? {} : { waived: { ...rehearsalWaived } }),
    },
  });
}

function migrates({ migrations, migrate }: Release): boolean {
  return migrations.length > 0 || migrate !== undefined;
}

/** Which of the release's migrations remove something, which of those wait, and why the others need not. */
function contractingOf({ release, slots, contractions = declaredIn(release) }: DeployFacts) {
  const hold = heldContractions(contractions, slots);
  const free = contractions.filter(({ id }) => hold.every((held) => held.id !== id));
  const contractBecause =
    free.length === 0 ? undefined : `no slot stands that needs what ${free.map(({ id }) => id).join(', ')} removes`;
  return { hold, contracting: contractions.map(({ id }) => id), contractBecause };
}

function addMigrate(list: StepList, facts: DeployFacts): void {
  const { release, rules } = facts;
  const { hold, contracting, contractBecause } = contractingOf(facts);
  const waiting = hold.map(({ id, until }) => `${id} waits until ${until}`);
  list.add({
    id: 'migrate',
    use: 'migrate',
    kind: 'one-way',
    title: [`apply ${release.migrations.length - hold.length} migrations`, ...waiting].join('; '),
    oneWayBecause: 'an expanded schema serves both slots and stays when traffic goes back',
    arguments: {
      blockAtMostMilliseconds: rules.migrations.stopAfter,
      ...(hold.length === 0 ? {} : { hold: hold.map((held) => ({ ...held })) }),
      ...(contracting.length === 0 ? {} : { contracting }),
      ...(contractBecause === undefined ? {} : { contractBecause }),
    },
  });
}

function declaredIn(release: Release): Contraction[] {
  return release.migrations.filter(({ phase }) => phase === 'contract').map(({ id }) => ({ id, because: 'declared' }));
}

function addShifts(
  list: StepList,
  { rules, checklist }: DeployFacts,
  to: Colour,
  background: ReturnType<typeof backgroundOf>,
  asked: readonly Asking[],
): void {
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
    }
    addHandOvers(list, background, before, percent);
    before = percent;
  }
}

/** Nothing where nothing is watched: plans without it keep their hash. */
function watching(checklist: PlannedChecklist | undefined): { readonly items?: string[] } {
  const items = checklist ? watchedMetrics(checklist).filter((item) => watchedBy(item, checklist)) : [];
  return items.length === 0 ? {} : { items: items.map(({ id }) => id) };
}

function addHandOvers(list: StepList, background: ReturnType<typeof backgroundOf>, above: number, upTo: number): void {
  const services = background
    .filter(([, { takesOverAt }]) => takesOverAt > above && takesOverAt <= upTo)
    .map(([name]) => name);
  if (services.length === 0) return;
  list.add({
    id: `hand-over-${upTo}`,
    use: 'hand-over',
    kind: 'change',
    title: `hand over ${services.join(', ')}`,
    arguments: { services },
  });
}

function backgroundOf(services: EnvironmentOutputs['services']) {
  return Object.entries(services).flatMap(([name, service]) =>
    service.kind === 'routed' ? [] : [[name, service] as const],
  );
}

/** As many as the live slot has by now, where it has scaled beyond its definition. */
function replicasOf(
  services: Readonly<Record<string, Service>>,
  release: Release,
  live: SlotState | undefined,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(release.artifacts)) {
    const definition = services[name];
    if (!definition) continue;
    const running = live?.replicas.filter((replica) => replica.service === name).length ?? 0;
    counts[name] = definition.kind === 'singleton' ? 1 : Math.max(definition.replicas, running);
  }
  return counts;
}
