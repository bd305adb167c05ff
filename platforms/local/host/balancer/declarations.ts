import { RefusedError } from '../../../../contract/errors.js';
import { colours } from '../../../../contract/colour.js';
import type { Colour } from '../../../../contract/colour.js';
import type { BalancerState, HealthCheck, Match, Route, Target } from './state.js';

/**
 * What the environment declares. Users notice nothing: a new service is born dark, a moved one keeps the match that
 * users have, a removed one goes on, each until a run opens or closes it.
 */
export function declareRoutes(
  state: BalancerState,
  declared: Readonly<Record<string, { readonly match: Match; readonly health: HealthCheck }>>,
): BalancerState {
  const routes: Record<string, Route> = {};
  for (const [name, route] of Object.entries(state.routes)) {
    if (declared[name] !== undefined || route.users !== null || hasTargets(state, name)) {
      routes[name] = { ...route, declared: null };
    }
  }
  for (const [name, { match, health }] of Object.entries(declared)) {
    const route = routes[name] ?? { users: null, before: null, weights: { blue: 100, green: 0 } };
    routes[name] = { ...route, declared: match, health };
  }
  return { ...state, routes };
}

/** Forgets removed routes. Throws RefusedError for one that users get or the environment declares. */
export function dropRoutes(state: BalancerState, services: readonly string[]): BalancerState {
  for (const name of services) {
    const route = state.routes[name];
    if (route !== undefined && (route.users !== null || route.declared !== null)) {
      throw new RefusedError(`the route of ${name} is ${route.users === null ? 'still declared' : 'open to users'}`, {
        hint: 'remove the service from the environment and let a run close its route first',
      });
    }
  }
  const routes = Object.fromEntries(Object.entries(state.routes).filter(([name]) => !services.includes(name)));
  return { ...state, routes };
}

export function putTargets(
  state: BalancerState,
  colour: Colour,
  service: string,
  targets: readonly Target[],
): BalancerState {
  if (state.routes[service] === undefined) {
    throw new RefusedError(`the balancer has no route for ${service}`, {
      hint: 'bring the environment up first: it declares the routes',
    });
  }
  return withTargets(state, colour, { ...state.targets[colour], [service]: [...targets] });
}

/** Throws RefusedError when an open route gives the slot weight, unless told to abandon it. */
export function removeTargets(
  state: BalancerState,
  colour: Colour,
  { service, abandon }: { readonly service?: string | undefined; readonly abandon: boolean },
): BalancerState {
  const leaving = Object.keys(state.targets[colour]).filter((name) => service === undefined || name === service);
  const live = leaving.filter((name) => {
    const route = state.routes[name];
    return route !== undefined && route.users !== null && route.weights[colour] > 0;
  });
  if (live.length > 0 && !abandon) {
    throw new RefusedError(`the ${colour} slot has traffic of ${live.join(', ')}: its targets stay`, {
      hint: 'move the traffic to the other slot first',
    });
  }
  const staying = Object.entries(state.targets[colour]).filter(([name]) => !leaving.includes(name));
  return withTargets(state, colour, Object.fromEntries(staying));
}

function withTargets(state: BalancerState, colour: Colour, targets: Record<string, Target[]>): BalancerState {
  return { ...state, targets: { ...state.targets, [colour]: targets } };
}

function hasTargets(state: BalancerState, service: string): boolean {
  return colours.some((colour) => (state.targets[colour][service] ?? []).length > 0);
}
