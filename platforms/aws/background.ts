import { ecsServiceName } from '../../contract/aws-names.js';
import { colours, otherColour, type Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { backgroundNames } from '../../contract/service.js';
import type { Background } from '../../pipeline/ports/background.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { EcsApi } from './ecs-api.js';
import type { Fence } from './fence.js';
import { persist } from './persist.js';

export interface AwsBackgroundParts {
  readonly outputs: AwsOutputs;
  readonly ecs: EcsApi;
  readonly fence: Fence;
  readonly clock: Clock;
}

const patience = 60_000;
const lookEvery = 3_000;
/** Beyond what a service may take to finish what it has begun, ECS needs some time of its own. */
const grace = 90_000;
const startsWithin = 5 * 60_000;

/** Work that one slot does at a time: how many tasks of a service a slot has says who does it. */
export function awsBackground({ outputs, ecs, fence, clock }: AwsBackgroundParts): Background {
  const persistently = <Value>(call: () => Promise<Value>, signal?: AbortSignal) =>
    persist(call, { clock, within: patience, signal });

  async function found(services: readonly string[], colour: Colour, signal?: AbortSignal) {
    const names = services.map((service) => ecsServiceName(service, colour));
    const standing = await persistently(() => ecs.services(names, signal), signal);
    return services.flatMap((service, index) => {
      const ecsService = standing.find((candidate) => candidate.name === names[index]);
      return ecsService
        ? [{ service, name: ecsService.name, desired: ecsService.desired, running: ecsService.running }]
        : [];
    });
  }

  async function stop(services: readonly string[], colour: Colour, work: Work): Promise<JsonObject[]> {
    const standing = await found(services, colour, work.signal);
    await Promise.all(
      standing.map(async ({ service, name, desired, running }) => {
        if (desired + running === 0) return;
        work.say(`${colour}: ${service} finishes what it has begun`);
        await persistently(() => ecs.setDesired(name, 0, work.signal), work.signal);
      }),
    );
    await Promise.all(
      standing.map(({ service }) =>
        runs(service, colour, 0, (outputs.services[service]?.stopWithin ?? 0) + grace, work),
      ),
    );
    return standing.map(({ service, running }) => ({ service, colour, stopped: running }));
  }

  /** Until ECS runs so many; throws PlatformError when it takes longer than that may. */
  async function runs(service: string, colour: Colour, count: number, within: number, work: Work): Promise<void> {
    const end = clock.monotonic() + within;
    for (;;) {
      const [state] = await found([service], colour, work.signal);
      if (!state || state.running === count) return;
      if (clock.monotonic() > end) {
        throw new PlatformError(`${service} of ${colour} has ${state.running} tasks, and should have ${count} by now`, {
          hint:
            count === 0 ? 'nothing was started in the other slot: no work is done twice' : 'nobody does its work now',
        });
      }
      await clock.sleep(lookEvery, work.signal);
    }
  }

  return {
    async owner() {
      const services = backgroundNames(outputs.services);
      const bySlot = await Promise.all(colours.map((colour) => found(services, colour)));
      return Object.fromEntries(
        services.map((service) => {
          const working = colours.filter((_, index) =>
            bySlot[index]?.some((state) => state.service === service && state.desired > 0),
          );
          return [service, working.length === 1 ? working[0] : undefined];
        }),
      );
    },

    async handOver(services, to, token, work) {
      await fence.admit(token, 'now', work.signal);
      const before = await stop(services, otherColour(to), work);
      // Stopping may have taken minutes: somebody may have taken over since.
      await fence.admit(token, 'now', work.signal);
      const standing = await found(services, to, work.signal);
      await Promise.all(
        standing.map(async ({ service, name }) => {
          work.say(`${to}: ${service} starts`);
          const count = outputs.services[service]?.replicas ?? 1;
          await persistently(() => ecs.setDesired(name, count, work.signal), work.signal);
          await runs(service, to, count, startsWithin, work);
        }),
      );
      return { to, stopped: before, started: standing.map(({ service }) => service) };
    },

    async stop(services, colour, token, work) {
      await fence.admit(token, 'now', work.signal);
      return { colour, stopped: await stop(services, colour, work) };
    },
  };
}
