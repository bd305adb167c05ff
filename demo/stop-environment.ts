import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { colours } from '../contract/colour.js';
import { FolderStore } from '../journal/folder-store.js';
import { readOutputsIfAny } from '../journal/outputs.js';
import { stopBalancer } from '../platforms/local/host/balancer/start.js';
import { removeServer } from '../platforms/local/host/postgres-server.js';
import { findStrays } from '../platforms/local/host/processes/find-strays.js';
import { readReplicaRecords } from '../platforms/local/host/processes/replica-record.js';
import { serviceFolder, slotFolder } from '../platforms/local/host/processes/service-spec.js';
import { stopReplica } from '../platforms/local/host/processes/stop-replica.js';

const stopWithin = 5_000;

/** Ends every process of a local environment, whatever state it is in: also with a lost Pulumi state or a killed set-up. */
export async function stopEnvironment(place: {
  readonly directory: string;
  readonly store: string;
  readonly environment: string;
}): Promise<void> {
  const { directory, store, environment } = place;
  for (const colour of colours) {
    const services = await readdir(join(slotFolder(directory, colour), 'services')).catch(() => []);
    await Promise.all(services.map((service) => stopService({ directory, colour, service })));
  }
  const outputs = await readOutputsIfAny(new FolderStore(store), environment).catch(() => undefined);
  const folder = join(directory, 'balancer');
  const adminSocket = outputs?.platform === 'local' ? outputs.balancer.adminSocket : join(folder, 'admin.sock');
  await stopBalancer({ directory: folder, adminSocket, withinMilliseconds: stopWithin });
  await removeServer({ directory });
}

async function stopService(marks: Parameters<typeof serviceFolder>[0]): Promise<void> {
  const records = await readReplicaRecords(serviceFolder(marks));
  const strays = await findStrays(marks, new Set(records.map(({ pid }) => pid)));
  const all = [...records, ...strays.map((stray) => ({ ...marks, ...stray }))];
  await Promise.all(all.map((replica) => stopReplica(replica, stopWithin)));
}
