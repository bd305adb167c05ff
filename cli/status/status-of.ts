import { otherColour, type Colour } from '../../contract/colour.js';
import { wholeColour } from '../../contract/weights.js';
import { liveRecord, runThatPutLive } from '../../journal/live-record.js';
import { lossesOf } from '../../journal/losses.js';
import { isOver, type RunState } from '../../journal/run-state.js';
import { timesBack } from '../../journal/times-back.js';
import { isOpen } from '../duties/is-open.js';
import { adviceOf } from './advice-of.js';
import type { Beside, Facts, InFlight, Live, SplitSlot, Status } from './status.js';
import { warningsOf } from './warnings-of.js';

/** Pure. */
export function statusOf(facts: Facts): Status {
  const { environment, now, reading, deadMan } = facts;
  const states = facts.history.flatMap(({ state }) => (state ? [state] : []));
  const weights = 'value' in reading ? (reading.value.weights ?? null) : null;
  const live = liveOf(facts, states);
  const inFlight = inFlightOf(facts, states);
  const status = {
    environment,
    at: now.toISOString(),
    weights,
    unanswered: 'value' in reading ? undefined : reading.problem,
    routes:
      'value' in reading
        ? { open: Object.keys(reading.value.services), dark: reading.value.dark }
        : { open: [], dark: [] },
    live,
    beside: live === null ? null : besideOf(facts, live, states),
    split: live === null && weights !== null ? splitOf(facts, states) : [],
    before: live === null ? undefined : runThatPutLive(states, live.colour)?.plan.previous?.version,
    inFlight,
    deadMan:
      'value' in deadMan
        ? { armed: deadMan.value.armed ?? null, fired: deadMan.value.fired ?? null }
        : { armed: null, fired: null },
    timesBack: [...timesBack(states), ...facts.olderTimesBack],
    losses: lossesBy(states, live),
    price:
      facts.price && 'value' in facts.price.loss ? { backup: facts.price.backup, ...facts.price.loss.value } : null,
    untold: facts.untold.map(({ message, queuedAt, attempts, says, status: came }) => ({
      receiver: message.receiver,
      title: message.title,
      since: queuedAt,
      tries: attempts,
      says,
      givenUp: came === 'given-up',
    })),
    announced: facts.announced,
    // A slot that a run puts a release into is no longer the one that was to go.
    duties: facts.duties.filter(({ id, status: how }) => isOpen(how) && id !== `retire-${inFlight?.to ?? ''}`),
    drill: drillOf(facts),
    maintenance: 'value' in facts.maintenance ? (facts.maintenance.value ?? null) : null,
  };
  return { ...status, warnings: warningsOf(facts, status), advice: adviceOf(facts, status) };
}

function drillOf({ drill }: Facts): Status['drill'] {
  if (drill === undefined) return null;
  const { backup, at, milliseconds, answer, because } = drill;
  return { backup, at, milliseconds, answer, because };
}

/** By the balancer; where it doesn't answer, by the newest run. Null: nothing, or split. */
function liveOf({ reading, slots }: Facts, states: readonly RunState[]): Live | null {
  const record = liveRecord(states);
  if (!('value' in reading)) return record ?? null;
  const { services, weights } = reading.value;
  const colour = weights && Object.keys(services).length > 0 ? wholeColour(weights) : undefined;
  if (colour === undefined) return null;
  const slot = 'value' in slots ? slots.value[colour] : undefined;
  // A balancer may name a slot before anything stands in one.
  if (slot?.standing === false && record === undefined) return null;
  const recorded = record?.colour === colour ? record : undefined;
  const version = slot?.input?.release.version ?? recorded?.version;
  return { colour, version, since: recorded?.since, by: recorded?.by, run: recorded?.run };
}

function splitOf(facts: Facts, states: readonly RunState[]): SplitSlot[] {
  const before = liveRecord(states)?.colour;
  const first = before ?? 'blue';
  return [first, otherColour(first)].map((colour) => ({
    ...slotOf(facts, colour, states),
    unfit: undefined,
    wasLive: colour === before,
  }));
}

function besideOf(facts: Facts, live: Live, states: readonly RunState[]): Beside {
  return slotOf(facts, otherColour(live.colour), states);
}

function slotOf({ slots, unproven }: Facts, colour: Colour, states: readonly RunState[]): Beside {
  const state = 'value' in slots ? slots.value[colour] : undefined;
  const replicas = state?.replicas ?? [];
  const healthy = replicas.filter((replica) => replica.healthy).length;
  const base = {
    colour,
    version: state?.input?.release.version ?? versionIn(states, colour),
    healthy,
    replicas: replicas.length,
  };
  if (!state) return { ...base, standing: false, unfit: 'problem' in slots ? slots.problem : undefined };
  return { ...base, standing: state.standing, unfit: unfitBecause(colour, state.standing, healthy, unproven[colour]) };
}

function unfitBecause(
  colour: Colour,
  standing: boolean,
  healthy: number,
  unproven: string | undefined,
): string | undefined {
  if (!standing) return `nothing stands in ${colour}`;
  if (unproven !== undefined) return unproven;
  return healthy === 0 ? `${colour} has no healthy replica` : undefined;
}

function versionIn(states: readonly RunState[], colour: Colour): string | undefined {
  return states.find(({ plan }) => plan.to === colour && plan.release !== null)?.plan.release?.version;
}

function inFlightOf({ lease, holder: holderIs, waits }: Facts, states: readonly RunState[]): InFlight | null {
  const [state] = states;
  if (!state || isOver(state)) return null;
  const { run, plan, open, turned, ended, started } = state;
  const holder = lease?.holder?.run === run ? lease.holder : undefined;
  return {
    run,
    action: plan.action,
    version: plan.release?.version,
    by: plan.requestedBy,
    started,
    to: plan.to,
    step: open && (open.status === 'undoing' ? `putting back: ${open.planned.title}` : open.planned.title),
    stepBegan: open?.began,
    turned: turned && { because: turned.because, by: turned.by },
    parked: parkedBecause(ended && `${ended.outcome}: ${ended.because}`, holder !== undefined, holderIs),
    waitsFor: waits,
    holder,
    holderIs: holder === undefined ? 'gone' : holderIs,
  };
}

function parkedBecause(ended: string | undefined, held: boolean, holderIs: Facts['holder']): string | undefined {
  if (held && holderIs !== 'dead') return undefined;
  return ended ?? (held ? 'its process is dead' : 'its process has ended without a word');
}

function lossesBy(states: readonly RunState[], live: Live | null): Status['losses'] {
  const run = live && runThatPutLive(states, live.colour);
  return run ? lossesOf(run) : null;
}
