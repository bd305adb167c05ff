import { sameWeights } from '../../../../contract/weights.js';
import type { Weights } from '../../../../contract/weights.js';
import type { Answer } from './protocol.js';
import type { BalancerState, Match } from './state.js';

/** What the state says about traffic, in the words of the Traffic port. */
export function readingOf(state: BalancerState): Answer<'shift'>['reading'] {
  const services: Record<string, Weights> = {};
  const dark: string[] = [];
  for (const [name, route] of Object.entries(state.routes)) {
    if (route.users !== null) services[name] = route.weights;
    if (route.declared !== null && !sameMatch(route.declared, route.users)) dark.push(name);
  }
  const weights = commonWeights(state);
  return { services, dark, token: state.token, ...(weights === undefined ? {} : { weights }) };
}

/** The weights that all open routes share; undefined when they differ or none is open. */
export function commonWeights(state: BalancerState): Weights | undefined {
  const [first, ...others] = openWeights(state);
  if (first === undefined) return undefined;
  return others.every((weights) => sameWeights(weights, first)) ? first : undefined;
}

export function openWeights(state: BalancerState): Weights[] {
  return Object.values(state.routes).flatMap((route) => (route.users === null ? [] : [route.weights]));
}

export function sameMatch(one: Match | null, other: Match | null): boolean {
  if (one === null || other === null) return one === other;
  return one.path === other.path && one.host === other.host;
}
