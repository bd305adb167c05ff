import type { Colour } from '../../contract/colour.js';
import type { JsonObject } from '../../contract/json.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { BalancerClient } from './host/balancer/client.js';
import { readReplicaRecords, removeReplicaRecord } from './host/processes/replica-record.js';
import { serviceFolder } from './host/processes/service-spec.js';
import { stopReplica } from './host/processes/stop-replica.js';
import { registeredServices } from './registered-service.js';
import { runService, wantedReplicas } from './run-service.js';

/** Every replica of the slot anew: only then is no connection to a database left that it used before. */
export async function restartSlot(
  directory: string,
  colour: Colour,
  client: BalancerClient,
  work: Work,
): Promise<JsonObject> {
  const restarted: Record<string, number> = {};
  for (const spec of await registeredServices(directory, colour)) {
    work.say(`${colour}: ${spec.service} starts again`);
    const folder = serviceFolder(spec);
    for (const record of await readReplicaRecords(folder)) {
      await stopReplica(record, spec.stopWithin);
      await removeReplicaRecord(folder, record.replica);
    }
    const { started } = await runService(spec, { client, wanted: await wantedReplicas(spec) });
    restarted[spec.service] = started;
  }
  return restarted;
}
