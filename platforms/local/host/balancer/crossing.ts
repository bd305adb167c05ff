import type { Colour } from '../../../../contract/colour.js';
import type { Flights } from './flights.js';
import type { RequestRing } from './request-ring.js';
import type { Router } from './router.js';
import type { BalancerState } from './state.js';
import type { Targets } from './targets.js';
import type { Tunnels } from './tunnels.js';

/** The committed state as requests see it, swapped as a whole. */
export interface World {
  readonly state: BalancerState;
  /** When maintenance ends, on the monotonic clock; undefined: users are let in. */
  readonly maintenanceUntil: number | undefined;
  readonly users: Router;
  readonly tests: Router;
}

/** What every request on its way through the balancer shares. */
export interface Crossing {
  world: World;
  readonly targets: Targets;
  readonly ring: RequestRing;
  readonly flights: Flights;
  readonly tunnels: Tunnels;
  readonly limits: Limits;
  /** Only a request that carries this is the balancer's own probe. */
  readonly probeSecret: string;
  readonly monotonic: () => number;
  readonly random: () => number;
  /** Slots that probes chose; emptied by who asked for them. */
  readonly probed: (service: string, colour: Colour) => void;
}

export interface Limits {
  /** For a connection to a target. */
  readonly connectMilliseconds: number;
  /** From the last byte of the request to the first of the answer. */
  readonly answerMilliseconds: number;
}

export const defaultLimits: Limits = { connectMilliseconds: 2_000, answerMilliseconds: 60_000 };

/** Whose request it is: only users' are counted. */
export type Purpose = 'user' | 'probe' | 'test';
