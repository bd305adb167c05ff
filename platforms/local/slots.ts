import type { Colour } from '../../contract/colour.js';
import { RefusedError } from '../../contract/errors.js';
import { slotStackName } from '../../contract/names.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import type { Replica, Slots } from '../../pipeline/ports/slots.js';
import type { Engine } from '../pulumi/engine.js';
import type { BalancerClient } from './host/balancer/client.js';
import { observeReplicas } from './host/processes/observe-replicas.js';
import { readReplicaRecords } from './host/processes/replica-record.js';
import { serviceFolder, type ServiceSpec } from './host/processes/service-spec.js';
import { probeSlot } from './probe.js';
import { registeredServices } from './registered-service.js';
import { restartSlot } from './restart-slot.js';
import { wantedReplicas } from './run-service.js';
import { readSlotRecord } from './slot-record.js';
import { standingBecause } from './standing-because.js';
import { sweepSlot } from './sweep-slot.js';
import { upEvidence } from '../pulumi/up-evidence.js';

/** Slots as processes of this machine. Their state is read from pid files and processes, never from Pulumi. */
export function localSlots(options: {
  readonly outputs: LocalOutputs;
  readonly engine: Pick<Engine, 'up' | 'destroy'>;
  readonly client: BalancerClient;
}): Slots {
  const { outputs, engine, client } = options;
  const { directory, balancer } = outputs;
  const stackOf = (colour: Colour): string => slotStackName(outputs.environment, colour);
  return {
    async state(colour) {
      const [input, replicas, services] = await Promise.all([
        readSlotRecord(directory, colour),
        slotReplicas(directory, colour),
        registeredServices(directory, colour),
      ]);
      return { colour, standing: input !== undefined || services.length > 0, input, replicas };
    },
    async provision(colour, input, work) {
      const result = await engine.up(stackOf(colour), { input, work });
      return upEvidence(stackOf(colour), result, await slotReplicas(directory, colour));
    },
    async destroy(colour, work) {
      const because = await standingBecause({ directory, adminSocket: balancer.adminSocket, colour });
      if (because !== undefined) throw new RefusedError(`${because}: slot ${colour} must keep standing`);
      const result = await engine.destroy(stackOf(colour), { work });
      await client.call('removeTargets', { colour });
      await sweepSlot(directory, colour);
      return upEvidence(stackOf(colour), result, []);
    },
    restart: (colour, work) => restartSlot(directory, colour, client, work),
    probe: (colour, request, signal) => probeSlot(balancer.testSocket, colour, request, signal),
    async quiet(colour) {
      const { inFlight, idleMilliseconds } = await client.call('quiet', { colour });
      return { inFlight, idleMilliseconds };
    },
  };
}

/** Each replica that runs or should. */
async function slotReplicas(directory: string, colour: Colour): Promise<Replica[]> {
  const services = await registeredServices(directory, colour);
  return (await Promise.all(services.map(serviceReplicas))).flat();
}

async function serviceReplicas(spec: ServiceSpec): Promise<Replica[]> {
  const records = await readReplicaRecords(serviceFolder(spec));
  const seen = (await observeReplicas(records, () => spec.health.path)).map(({ record, digest, because }): Replica => {
    const replica = { service: spec.service, id: record.replica, digest, healthy: because === undefined };
    return because === undefined ? replica : { ...replica, because };
  });
  const missing = Math.max(0, (await wantedReplicas(spec)) - records.length);
  const absent = Array.from({ length: missing }, (_, index): Replica => {
    const id = `missing-${index + 1}`;
    return { service: spec.service, id, digest: 'none', healthy: false, because: 'it does not run' };
  });
  return [...seen, ...absent];
}
