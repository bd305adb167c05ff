import { RefusedError } from '../../../../contract/errors.js';
import { wholeColour } from '../../../../contract/weights.js';
import type { Balancer } from './balancer.js';
import { declareRoutes, dropRoutes, putTargets, removeTargets } from './declarations.js';
import { beginMaintenance, endMaintenance } from './maintenance-changes.js';
import type { Answer, Operation, Operations } from './protocol.js';
import { commonWeights, readingOf } from './reading.js';
import type { BalancerState } from './state.js';
import { armSwitch, disarmSwitch } from './switch-changes.js';
import { closeRoutes, openRoutes, shiftTraffic } from './traffic-changes.js';

type Asked<Name extends Operation> = Operations[Name]['request']['_zod']['output'];
type Performers = { readonly [Name in Operation]: (asked: Asked<Name>) => Answer<Name> | Promise<Answer<Name>> };

/** Performs one parsed operation on this balancer. */
export function adminOperations(balancer: Balancer): (name: Operation, asked: unknown) => Promise<unknown> {
  const { committed, crossing, prober, options } = balancer;
  const openServices = (): string[] => Object.keys(readingOf(committed.committed).services);
  const nothing = {};

  const performers: Performers = {
    read: () => {
      const { routes, affinity } = committed.committed;
      const described = Object.entries(routes).map(
        ([name, { declared, users, health }]) => [name, { declared, users, health }] as const,
      );
      return {
        pid: process.pid,
        boot: balancer.boot,
        directory: options.directory,
        port: balancer.port,
        affinity,
        saved: committed.saved,
        reading: readingOf(committed.committed),
        routes: Object.fromEntries(described),
        targets: crossing.targets.seen(),
      };
    },
    putRoutes: async ({ routes }) => {
      const declared = Object.entries(routes).map(([name, { health, ...match }]) => [name, { match, health }] as const);
      const { state } = await committed.change((current) => declareRoutes(current, Object.fromEntries(declared)));
      return readingOf(state);
    },
    dropRoutes: async ({ services }) =>
      readingOf((await committed.change((current) => dropRoutes(current, services))).state),
    putTargets: async ({ colour, service, targets }) => {
      await committed.change((current) => putTargets(current, colour, service, targets));
      return nothing;
    },
    removeTargets: async ({ colour, service, abandon }) => {
      const { state } = await committed.change((current) => removeTargets(current, colour, { service, abandon }));
      if (Object.keys(state.targets[colour]).length === 0) crossing.flights.forget(colour);
      return nothing;
    },
    quiet: ({ colour }) => crossing.flights.quiet(colour),
    hangUp: ({ colour }) => crossing.tunnels.hangUp(colour),
    shift: async ({ weights, ...authority }) => {
      const { state, saved } = await committed.change(
        (current) => shiftTraffic(current, weights, authority),
        makesWhole,
      );
      return { mark: crossing.ring.mark(), reading: readingOf(state), saved };
    },
    open: async ({ services, weights, ...authority }) =>
      readingOf((await committed.change((current) => openRoutes(current, services, weights, authority))).state),
    close: async ({ services, ...authority }) =>
      readingOf((await committed.change((current) => closeRoutes(current, services, authority))).state),
    mark: () => ({ mark: crossing.ring.mark() }),
    observe: ({ since }) => crossing.ring.observe(since, openServices()),
    choices: ({ since }) => crossing.ring.choices(since, openServices()),
    probe: ({ service, count }) => {
      const route = committed.committed.routes[service];
      if (route === undefined || route.users === null) throw new RefusedError(`${service} is not open to users`);
      return prober.send(service, route.health.path, count);
    },
    arm: async (arming) => {
      await committed.change((current) => armSwitch(current, arming));
      return nothing;
    },
    disarm: async ({ token }) => {
      await committed.change(
        (current) => disarmSwitch(current, token),
        () => true,
      );
      return nothing;
    },
    readSwitch: () => {
      const { armed, fired } = committed.current;
      return { ...(armed === null ? {} : { armed }), ...(fired === null ? {} : { fired }) };
    },
    beginMaintenance: async (asked) => {
      const { state } = await committed.change((current) => beginMaintenance(current, asked, new Date()));
      if (state.maintenance === null) throw new Error('maintenance is on, and is not');
      return state.maintenance;
    },
    endMaintenance: async ({ owner }) => {
      const { maintenance: before } = committed.current;
      // Letting users in again waits for no disk.
      const { state } = await committed.change(
        (current) => endMaintenance(current, owner),
        () => true,
      );
      return before !== null && state.maintenance === null ? { ended: before } : {};
    },
    readMaintenance: () => {
      const { maintenance } = committed.current;
      return maintenance === null ? {} : { maintenance };
    },
    listen: async ({ port }) => ({ port: await balancer.moveTo(port) }),
    setAffinity: async ({ affinity }) => {
      await committed.change((current) => ({ ...current, affinity }));
      return nothing;
    },
  };
  return async (name, asked) => await (performers[name] as (asked: unknown) => unknown)(asked);
}

/** Giving one slot everything, as every way back does, must not wait for a disk; splitting may. */
function makesWhole(state: BalancerState): boolean {
  const weights = commonWeights(state);
  return weights !== undefined && wholeColour(weights) !== undefined;
}
