import { DriftError, FencedError } from '../../../../contract/errors.js';
import { describeWeights, sameWeights } from '../../../../contract/weights.js';
import type { Weights } from '../../../../contract/weights.js';
import { openWeights } from './reading.js';
import type { BalancerState } from './state.js';

/**
 * The state as seen by the holder of this token: throws FencedError when a higher one was seen. A switch that an
 * earlier holder armed is void from then on: it would take back what is no longer that holder's.
 */
export function fenced(state: BalancerState, token: number): BalancerState {
  if (token < state.token) {
    throw new FencedError(`token ${token} is overtaken: the balancer has seen ${state.token}`, {
      hint: 'another run, or the dead-man’s switch, has taken the traffic over: see `crossfade status`',
    });
  }
  const armed = state.armed !== null && state.armed.token < token ? null : state.armed;
  return { ...state, token, armed };
}

/** Throws DriftError unless every open route has the expected weights; undefined expects nothing. */
export function compareWeights(state: BalancerState, expected: Weights | undefined): void {
  if (expected === undefined) return;
  for (const weights of openWeights(state)) {
    if (!sameWeights(weights, expected)) {
      throw new DriftError(
        `the balancer has ${describeWeights(weights)} where ${describeWeights(expected)} was expected`,
        {
          hint: 'somebody else moved traffic: see `crossfade status`',
        },
      );
    }
  }
}
