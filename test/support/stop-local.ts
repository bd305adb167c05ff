import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stopBalancer } from '../../platforms/local/host/balancer/start.js';
import { removeServer } from '../../platforms/local/host/postgres-server.js';
import { readReplicaRecords } from '../../platforms/local/host/processes/replica-record.js';
import { serviceFolder, slotFolder } from '../../platforms/local/host/processes/service-spec.js';
import { stopReplica } from '../../platforms/local/host/processes/stop-replica.js';

/** Ends every process of a local environment, in whatever state it is, so that its folder can be removed. */
export async function stopLocal(directory: string): Promise<void> {
  for (const colour of ['blue', 'green'] as const) {
    const names = await readdir(join(slotFolder(directory, colour), 'services')).catch(() => []);
    for (const service of names) {
      const records = await readReplicaRecords(serviceFolder({ directory, colour, service }));
      for (const record of records) await stopReplica(record, 1_000);
    }
  }
  await removeServer({ directory });
  const balancer = join(directory, 'balancer');
  const adminSocket = join(balancer, 'admin.sock');
  await stopBalancer({ directory: balancer, adminSocket, withinMilliseconds: 3_000 });
}
