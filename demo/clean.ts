import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { colours } from '../contract/colour.js';
import { readOutputsIfAny } from '../journal/outputs.js';
import { FolderStore } from '../journal/folder-store.js';
import { stopBalancer } from '../platforms/local/host/balancer/start.js';
import { removeServer } from '../platforms/local/host/postgres-server.js';
import { findStrays } from '../platforms/local/host/processes/find-strays.js';
import { readReplicaRecords } from '../platforms/local/host/processes/replica-record.js';
import { serviceFolder, slotFolder } from '../platforms/local/host/processes/service-spec.js';
import { stopReplica } from '../platforms/local/host/processes/stop-replica.js';
import { place } from './place.js';

const stopWithin = 5_000;
/** A process that has just ended may still be writing its last file. */
const thoroughly = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 };

/** Removes every trace of the demo, whatever state it is in: also with a lost Pulumi state or a killed set-up. */
export async function clean({ keepReports = false } = {}): Promise<void> {
  for (const colour of colours) {
    const services = await readdir(join(slotFolder(place.directory, colour), 'services')).catch(() => []);
    await Promise.all(services.map((service) => stopService({ directory: place.directory, colour, service })));
  }
  const outputs = await readOutputsIfAny(new FolderStore(place.store), place.environment).catch(() => undefined);
  const folder = join(place.directory, 'balancer');
  const adminSocket = outputs?.platform === 'local' ? outputs.balancer.adminSocket : join(folder, 'admin.sock');
  await stopBalancer({ directory: folder, adminSocket, withinMilliseconds: stopWithin });
  await removeServer({ directory: place.directory });
  for (const name of await readdir(place.project).catch(() => [])) {
    const trace = join(place.project, name);
    if (!keepReports || trace !== place.reports) await rm(trace, thoroughly);
  }
  if (keepReports) return;
  await rm(place.project, thoroughly);
  // Somebody else's things may lie beside the demo's.
  await rmdir(dirname(place.project)).catch(() => undefined);
}

async function stopService(marks: Parameters<typeof serviceFolder>[0]): Promise<void> {
  const records = await readReplicaRecords(serviceFolder(marks));
  const strays = await findStrays(marks, new Set(records.map(({ pid }) => pid)));
  const all = [...records, ...strays.map((stray) => ({ ...marks, ...stray }))];
  await Promise.all(all.map((replica) => stopReplica(replica, stopWithin)));
}
