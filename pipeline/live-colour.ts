import type { Colour } from '../contract/colour.js';
import { RefusedError } from '../contract/errors.js';
import { wholeColour } from '../contract/weights.js';
import type { SlotState } from './ports/slots.js';
import type { Reading } from './ports/traffic.js';

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
