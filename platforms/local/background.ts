import { otherColour, type Colour } from '../../contract/colour.js';
import type { JsonObject } from '../../contract/json.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import type { Background } from '../../pipeline/ports/background.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { BalancerClient } from './host/balancer/client.js';
import { readOwnership, writeOwner } from './ownership.js';
import { registeredService } from './registered-service.js';
import { runService } from './run-service.js';

/** Work that one slot does at a time: who does it is written down before anybody starts, and taken out before anybody stops. */
export function localBackground(options: {
  readonly outputs: LocalOutputs;
  readonly client: BalancerClient;
}): Background {
  const { directory, services } = options.outputs;

  async function setReplicas(service: string, colour: Colour, wanted: 'all' | 'none'): Promise<JsonObject> {
    const spec = await registeredService({ directory, colour, service });
    if (spec === undefined) return { service, colour, present: false };
    const count = wanted === 'all' ? spec.replicas : 0;
    const { running, started, stopped } = await runService(spec, { client: options.client, wanted: count });
    return { service, colour, present: true, running: running.length, started, stopped };
  }

  async function stop(names: readonly string[], colour: Colour, token: number, work: Work): Promise<JsonObject[]> {
    const { owners } = await readOwnership(directory);
    // Also where this slot is not the owner: the fence is asked either way.
    const owned = names.filter((service) => owners[service] === colour);
    await writeOwner(directory, { services: owned, owner: undefined, token });
    return Promise.all(
      names.map((service) => {
        work.say(`${colour}: ${service} finishes what it has begun`);
        return setReplicas(service, colour, 'none');
      }),
    );
  }

  return {
    async owner() {
      const { owners } = await readOwnership(directory);
      const background = Object.keys(services).filter((name) => services[name]?.kind !== 'routed');
      return Object.fromEntries(background.map((name) => [name, owners[name]]));
    },
    async handOver(names, to, token, work) {
      const stopped = await stop(names, otherColour(to), token, work);
      const present = await presentIn(directory, names, to);
      await writeOwner(directory, { services: present, owner: to, token });
      const started: JsonObject[] = [];
      for (const service of present) {
        work.say(`${to}: ${service} starts`);
        started.push(await setReplicas(service, to, 'all'));
      }
      return { to, stopped, started };
    },
    async stop(names, colour, token, work) {
      return { colour, stopped: await stop(names, colour, token, work) };
    },
  };
}

async function presentIn(directory: string, services: readonly string[], colour: Colour): Promise<string[]> {
  const found = await Promise.all(services.map((service) => registeredService({ directory, colour, service })));
  return services.filter((_, index) => found[index] !== undefined);
}
