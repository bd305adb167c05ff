import type { Weights } from '../../../../contract/weights.js';
import type { BalancerState, Route } from '../../../../platforms/local/host/balancer/state.js';

export const health = { path: '/healthz', everyMilliseconds: 1_000 };

export function openRoute(path: string, weights: Weights): Route {
  return { declared: { path }, users: { path }, before: null, weights, health };
}

export function stateWith(change: Partial<BalancerState> = {}): BalancerState {
  return {
    format: 1,
    port: 8080,
    affinity: 'none',
    token: 0,
    routes: {},
    targets: { blue: {}, green: {} },
    armed: null,
    fired: null,
    maintenance: null,
    ...change,
  };
}
