import { RefusedError } from '../../../../contract/errors.js';
import { wholeColour } from '../../../../contract/weights.js';
import type { Weights } from '../../../../contract/weights.js';
import { compareWeights, fenced } from './fence.js';
import { openWeights, sameMatch } from './reading.js';
import type { BalancerState, Route } from './state.js';

export interface Authority {
  readonly expected?: Weights | undefined;
  readonly token: number;
}

/** All open routes at once. Throws FencedError, DriftError, or RefusedError when no route is open. */
export function shiftTraffic(state: BalancerState, weights: Weights, { expected, token }: Authority): BalancerState {
  const mine = fenced(state, token);
  compareWeights(mine, expected);
  if (openWeights(mine).length === 0) {
    throw new RefusedError('no service is open to users: there is nothing to shift', {
      hint: 'open a dark route first',
    });
  }
  const shifted = withOpenWeights(mine, weights);
  // A split begins the next deploy: what users had before the last one's `open` is no longer where a `close` goes back to.
  return wholeColour(weights) === undefined ? withRoutes(shifted, forgetBefore) : shifted;
}

function forgetBefore(route: Route): Route {
  return route.declared !== null && sameMatch(route.declared, route.users) ? { ...route, before: null } : route;
}

export function withOpenWeights(state: BalancerState, weights: Weights): BalancerState {
  return withRoutes(state, (route) => (route.users === null ? route : { ...route, weights }));
}

/** Gives users the declared match of these services, with these weights. */
export function openRoutes(
  state: BalancerState,
  services: readonly string[],
  weights: Weights,
  { expected, token }: Authority,
): BalancerState {
  const mine = fenced(state, token);
  compareWeights(mine, expected);
  return withNamedRoutes(mine, services, (route) => {
    if (route.declared === null) return { ...route, users: route.users ?? route.before, weights };
    if (sameMatch(route.declared, route.users)) return { ...route, weights };
    return { ...route, before: route.users, users: route.declared, weights };
  });
}

/** Takes back what `openRoutes` gave: to nothing (dark), or to the match that users had before. */
export function closeRoutes(
  state: BalancerState,
  services: readonly string[],
  { expected, token }: Authority,
): BalancerState {
  const mine = fenced(state, token);
  compareWeights(mine, expected);
  return withNamedRoutes(mine, services, (route) => {
    if (route.declared === null) return { ...route, before: route.users ?? route.before, users: null };
    if (!sameMatch(route.declared, route.users)) return route;
    return { ...route, users: route.before, before: null };
  });
}

function withNamedRoutes(
  state: BalancerState,
  services: readonly string[],
  change: (route: Route) => Route,
): BalancerState {
  const missing = services.filter((service) => state.routes[service] === undefined);
  if (missing.length > 0) throw new RefusedError(`the balancer has no route for ${missing.join(', ')}`);
  return withRoutes(state, (route, name) => (services.includes(name) ? change(route) : route));
}

function withRoutes(state: BalancerState, change: (route: Route, name: string) => Route): BalancerState {
  const routes = Object.entries(state.routes).map(([name, route]) => [name, change(route, name)] as const);
  return { ...state, routes: Object.fromEntries(routes) };
}
