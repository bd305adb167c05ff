import { colours } from '../../contract/colour.js';
import { readReplicaRecords } from './host/processes/replica-record.js';
import { registeredServices, serviceNames } from './registered-service.js';
import { serviceFolder } from './host/processes/service-spec.js';

/** Why an environment must be left standing: a slot of it does, or processes of one run. Undefined when none does. */
export async function slotsStandingBecause(directory: string): Promise<string | undefined> {
  for (const colour of colours) {
    if ((await registeredServices(directory, colour)).length > 0) return `slot ${colour} still stands`;
    for (const service of await serviceNames(directory, colour)) {
      const running = await readReplicaRecords(serviceFolder({ directory, colour, service }));
      if (running.length > 0) return `processes of ${service} still run in ${colour}`;
    }
  }
  return undefined;
}
