import { isDeepStrictEqual } from 'node:util';
import { DriftError, RefusedError } from '../../contract/errors.js';
import { describeWeights, sameWeights, wholeColour, type Weights } from '../../contract/weights.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Reading, ShiftOptions, Traffic } from '../../pipeline/ports/traffic.js';
import type { AlbApi, AlbChange } from './alb-api.js';
import { albTargets } from './alb-weights.js';
import { convergence, type TopUp } from './convergence.js';
import type { Fence } from './fence.js';
import { describeReading, type Route } from './route.js';
import { albRules, type Haste, type ReadBack } from './rules.js';

export interface AlbTrafficParts {
  readonly api: AlbApi;
  readonly routes: readonly Route[];
  /** Of the maintenance page; undefined: there is none. */
  readonly maintenanceRuleArn?: string | undefined;
  readonly fence: Fence;
  readonly clock: Clock;
  /** A visitor stays with a slot for so long, while both have weight; undefined: each request is balanced alone. */
  readonly stickySeconds?: number | undefined;
  readonly topUp?: TopUp | undefined;
}

const mayBeStale = 60_000;

/**
 * The weights of an application load balancer: one write per rule, all at once, none of them atomic with another.
 * It can't compare and set: between the last look and the writes lies the time of one call, which the lease covers.
 */
export function albTraffic(parts: AlbTrafficParts): Traffic {
  const rules = albRules(parts.api, parts.routes, parts.clock);
  let written: { readonly at: number; readonly reading: Reading } | undefined;

  /** A read may still answer from before our own write: that is nobody's drift, so it is asked until two agree. */
  async function read(signal: AbortSignal | undefined): Promise<Reading> {
    const haste = { back: false, signal };
    const reading = await rules.read(haste);
    const young = written !== undefined && parts.clock.monotonic() - written.at < mayBeStale;
    return young && !isDeepStrictEqual(reading, written?.reading) ? rules.readSettled(haste) : reading;
  }

  async function seen(expectation: ReadBack, haste: Haste): Promise<Reading> {
    const reading = await rules.readBack(expectation, haste);
    written = { at: parts.clock.monotonic(), reading };
    return reading;
  }

  /** The routes to write to. Going back asks nothing of AWS first: a dark rule only gets weights that nobody sees. */
  async function admit(options: ShiftOptions): Promise<readonly Route[]> {
    options.signal?.throwIfAborted();
    const { expected } = options;
    await parts.fence.admit(options.token, expected === undefined ? 'lately' : 'now', options.signal);
    if (expected === undefined) return parts.routes;
    const reading = await rules.readSettled(hasteOf(options));
    if (!reading.weights || !sameWeights(reading.weights, expected)) {
      throw new DriftError(`expected ${describeWeights(expected)}, the balancer has ${describeReading(reading)}`, {
        hint: 'somebody else moved the traffic: `crossfade status` shows who holds it',
      });
    }
    return parts.routes.filter((route) => !reading.dark.includes(route.service));
  }

  function forward(route: Route, weights: Weights): AlbChange {
    // A visitor pinned to a group without weight would keep getting its errors.
    const stickySeconds = wholeColour(weights) === undefined ? parts.stickySeconds : undefined;
    return { forward: { targets: albTargets(route.targetGroups, weights), stickySeconds } };
  }

  function named(services: readonly string[]): readonly Route[] {
    const missing = services.find((service) => !parts.routes.some((route) => route.service === service));
    if (missing !== undefined) throw new RefusedError(`service ${missing} has no route in this environment`);
    return parts.routes.filter((route) => services.includes(route.service));
  }

  return {
    read,

    async shift(weights, options) {
      const routes = await admit(options);
      await rules.write(routes, (route) => forward(route, weights), hasteOf(options));
      const mark = parts.clock.now().toISOString();
      return { mark, reading: await seen(readBackOf(weights, options.expected), hasteOf(options)) };
    },

    async open(services, weights, options) {
      const routes = named(services);
      await admit(options);
      const change = (route: Route) => ({ ...forward(route, weights), conditions: route.conditions.open });
      await rules.write(routes, change, hasteOf(options));
      const agrees = (reading: Reading) => services.every((service) => has(reading, service, weights));
      return seen({ agrees }, hasteOf(options));
    },

    async close(services, options) {
      const routes = named(services);
      await admit(options);
      await rules.write(routes, (route) => ({ conditions: route.conditions.dark }), hasteOf(options));
      const agrees = (reading: Reading) => services.every((service) => reading.dark.includes(service));
      return seen({ agrees }, hasteOf(options));
    },

    converged: convergence(parts),
  };
}

/** Whoever expects nothing goes back. */
function hasteOf(options: ShiftOptions): Haste {
  return { back: options.expected === undefined, signal: options.signal };
}

/** What neither stood there nor was written is somebody else's. */
function readBackOf(weights: Weights, expected: Weights | undefined): ReadBack {
  const every = (reading: Reading) => Object.values(reading.services);
  const agrees = (reading: Reading) => every(reading).every((is) => sameWeights(is, weights));
  if (expected === undefined) return { agrees };
  const ours = (is: Weights) => sameWeights(is, weights) || sameWeights(is, expected);
  return { agrees, foreign: (reading) => !every(reading).every(ours) };
}

function has(reading: Reading, service: string, weights: Weights): boolean {
  const is = reading.services[service];
  return is !== undefined && sameWeights(is, weights);
}
