import { RefusedError } from '../../../../contract/errors.js';
import type { BalancerState } from './state.js';

export interface Maintaining {
  readonly owner: string;
  readonly because: string;
  readonly forMilliseconds: number;
}

/** On, or with its end moved. Throws RefusedError while somebody else's is on: two owners would end each other's. */
export function beginMaintenance(
  state: BalancerState,
  { owner, because, forMilliseconds }: Maintaining,
  now: Date,
): BalancerState {
  const { maintenance } = state;
  if (maintenance !== null && maintenance.owner !== owner) {
    throw new RefusedError(`maintenance is on already, by ${maintenance.owner}: ${maintenance.because}`, {
      hint: "'crossfade maintenance off' ends it",
    });
  }
  const since = maintenance?.since ?? now.toISOString();
  return { ...state, maintenance: { owner, because, since, remainingMilliseconds: forMilliseconds } };
}

/** Off when it is this owner's, or whoever's when none is named. */
export function endMaintenance(state: BalancerState, owner?: string): BalancerState {
  const { maintenance } = state;
  if (maintenance === null || (owner !== undefined && maintenance.owner !== owner)) return state;
  return { ...state, maintenance: null };
}
