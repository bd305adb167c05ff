import { sameWeights, wholeColour } from '../../../../contract/weights.js';
import type { Weights } from '../../../../contract/weights.js';
import { fenced } from './fence.js';
import { commonWeights } from './reading.js';
import { withOpenWeights } from './traffic-changes.js';
import type { BalancerState } from './state.js';

export interface Arming {
  readonly run: string;
  readonly returnTo: Weights;
  readonly token: number;
  readonly deadlineMilliseconds: number;
}

/** Arms, or moves the deadline. Throws FencedError when a higher token was seen: a firing takes the next one. */
export function armSwitch(state: BalancerState, { run, returnTo, token, deadlineMilliseconds }: Arming): BalancerState {
  const mine = fenced(state, token);
  return { ...mine, armed: { run, returnTo, token, remainingMilliseconds: deadlineMilliseconds } };
}

export function disarmSwitch(state: BalancerState, token: number): BalancerState {
  return { ...fenced(state, token), armed: null };
}

/**
 * The deadline has passed: weights go back and the next token is taken, so that the silent run is fenced off.
 * Whole traffic of the other slot stays where it is, since silence alone never moves whole traffic: the switch lapses.
 */
export function fireSwitch(state: BalancerState, at: Date): BalancerState {
  const { armed } = state;
  if (armed === null) return state;
  const weights = commonWeights(state);
  if (weights !== undefined && wholeColour(weights) !== undefined && !sameWeights(weights, armed.returnTo)) {
    return { ...state, armed: null };
  }
  const token = state.token + 1;
  const fired = { run: armed.run, returnTo: armed.returnTo, token, at: at.toISOString() };
  return { ...withOpenWeights(state, armed.returnTo), token, armed: null, fired };
}
