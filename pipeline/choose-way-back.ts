import { colours, otherColour, type Colour } from '../contract/colour.js';
import { RefusedError } from '../contract/errors.js';
import { describeWeights, wholeColour } from '../contract/weights.js';
import type { ArmedSwitch } from './ports/dead-mans-switch.js';
import type { SlotState } from './ports/slots.js';
import type { Reading } from './ports/traffic.js';

/** What can tell where traffic belongs. Each may be missing: a store is lost, a balancer was restarted. */
export interface Witnesses {
  readonly environment: string;
  readonly reading: Reading;
  readonly slots: Readonly<Record<Colour, SlotState>>;
  /** Why traffic must not simply go to what stands in a slot; undefined: it may. */
  readonly unproven: Readonly<Record<Colour, string | undefined>>;
  /** The balancer's own memory of where a run came from. */
  readonly armed: Pick<ArmedSwitch, 'run' | 'returnTo'> | undefined;
  /** The slot that was live last, as far as the journals can be read. */
  readonly recorded: { readonly colour: Colour; readonly run: string } | undefined;
  /** Named by the operator, who vouches for it. */
  readonly asked: Colour | undefined;
}

export interface WayBack {
  readonly to: Colour;
  /** What this rests on, where it isn't simply the other slot of a live one. */
  readonly assumed: string | undefined;
  /** Why traffic must not go there all the same. */
  readonly unproven: string | undefined;
}

/**
 * Where a rollback goes: to the slot that was asked for, from whole traffic to the other slot, and from split traffic to
 * the one that was live before, if anything tells which. Pure. Throws RefusedError where nothing does: it never guesses.
 */
export function chooseWayBack(witnesses: Witnesses): WayBack {
  const { asked, reading, unproven } = witnesses;
  const whole = reading.weights && wholeColour(reading.weights);
  if (asked !== undefined) {
    if (asked === whole) throw new RefusedError(`${asked} has all the traffic already`);
    const assumed = unproven[asked] === undefined ? undefined : `asked for by name, although ${unproven[asked]}`;
    return { to: asked, assumed, unproven: undefined };
  }
  if (whole !== undefined) {
    const to = otherColour(whole);
    return { to, assumed: undefined, unproven: unproven[to] };
  }
  if (Object.keys(reading.services).length === 0)
    throw new RefusedError('no route is open: there is no traffic to move');
  return fromSplit(witnesses);
}

function fromSplit({ environment, reading, slots, unproven, armed, recorded }: Witnesses): WayBack {
  const split = `traffic is ${reading.weights ? describeWeights(reading.weights) : 'mixed between the services'}`;
  const guarded = armed && wholeColour(armed.returnTo);
  if (armed && guarded !== undefined) {
    const assumed = `${split}, and the dead-man's switch of run ${armed.run} would give ${guarded} all of it`;
    return { to: guarded, assumed, unproven: undefined };
  }
  const fit = colours.filter((colour) => unfitBecause(slots[colour], unproven[colour]) === undefined);
  if (recorded && fit.includes(recorded.colour)) {
    const assumed = `${split}, and by the records ${recorded.colour} was live last (run ${recorded.run})`;
    return { to: recorded.colour, assumed, unproven: undefined };
  }
  const [only, another] = fit;
  if (only !== undefined && another === undefined) {
    const other = otherColour(only);
    const assumed = `${split}, and ${only} alone was live before: ${unfitBecause(slots[other], unproven[other])}`;
    return { to: only, assumed, unproven: undefined };
  }
  const why = colours.map((colour) => unfitBecause(slots[colour], unproven[colour]) ?? `${colour} may have it`);
  throw new RefusedError(`${split}, and nothing tells which slot was live before: ${why.join('; ')}`, {
    hint: `name the slot: 'crossfade rollback ${environment} --slot blue', or green`,
  });
}

/** Why a slot can't be given traffic; undefined: it can. */
function unfitBecause({ colour, standing, replicas }: SlotState, unproven: string | undefined): string | undefined {
  if (!standing) return `nothing stands in ${colour}`;
  if (!replicas.some((replica) => replica.healthy)) return `${colour} has no healthy replica`;
  return unproven;
}
