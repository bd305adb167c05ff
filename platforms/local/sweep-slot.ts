import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Colour } from '../../contract/colour.js';
import { findStrays } from './host/processes/find-strays.js';
import { readReplicaRecords } from './host/processes/replica-record.js';
import { slotFolder } from './host/processes/service-spec.js';
import { stopReplica } from './host/processes/stop-replica.js';
import { serviceNames } from './registered-service.js';

const stopWithin = 10_000;

/** Ends what Pulumi no longer knows of: an engine that was killed in mid-create leaves processes that are in no state. */
export async function sweepSlot(directory: string, colour: Colour): Promise<void> {
  const services = join(slotFolder(directory, colour), 'services');
  for (const service of await serviceNames(directory, colour)) {
    const marks = { directory, colour, service };
    const records = await readReplicaRecords(join(services, service));
    const strays = await findStrays(marks, new Set(records.map(({ pid }) => pid)));
    await Promise.all([...records, ...strays].map((process) => stopReplica({ ...marks, ...process }, stopWithin)));
    await rm(join(services, service), { recursive: true, force: true });
  }
}
