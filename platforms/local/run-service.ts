import { setTimeout as pause } from 'node:timers/promises';
import type { BalancerClient } from './host/balancer/client.js';
import { reconcileReplicas, type Reconciled } from './host/processes/reconcile-replicas.js';
import type { ReplicaRecord } from './host/processes/replica-record.js';
import type { ServiceSpec } from './host/processes/service-spec.js';
import { readOwnership } from './ownership.js';

/** All of a routed service's; of a background or singleton service none while another slot, or none, does its work. */
export async function wantedReplicas(spec: ServiceSpec): Promise<number> {
  if (spec.kind === 'routed') return spec.replicas;
  const { owners } = await readOwnership(spec.directory);
  return owners[spec.service] === spec.colour ? spec.replicas : 0;
}

/** Makes a service's processes, and its targets at the balancer, what the spec says. Idempotent. */
export async function runService(
  spec: ServiceSpec,
  options: { readonly client: BalancerClient; readonly wanted: number },
): Promise<Reconciled> {
  if (spec.kind !== 'routed') {
    return reconcileReplicas(spec, { wanted: options.wanted, serving: false, route: () => Promise.resolve() });
  }
  const { reading } = await options.client.call('read', {});
  const serving = (reading.services[spec.service]?.[spec.colour] ?? 0) > 0;
  const route = (replicas: readonly ReplicaRecord[]): Promise<void> => routeTo(spec, replicas, options.client);
  return reconcileReplicas(spec, { wanted: options.wanted, serving, route });
}

async function routeTo(spec: ServiceSpec, replicas: readonly ReplicaRecord[], client: BalancerClient): Promise<void> {
  const { colour, service } = spec;
  if (replicas.length === 0) {
    await client.call('removeTargets', { colour, service });
    await untilDrained(spec, client);
    return;
  }
  const targets = replicas.map(({ replica, port }) => ({ id: replica, host: '127.0.0.1', port }));
  await client.call('putTargets', { colour, service, targets });
}

/** What the balancer has sent there may end; after `stopWithin` the processes are asked to stop all the same. */
async function untilDrained(spec: ServiceSpec, client: BalancerClient): Promise<void> {
  const deadline = performance.now() + spec.stopWithin;
  while (performance.now() < deadline) {
    if ((await client.call('quiet', { colour: spec.colour })).inFlight === 0) return;
    await pause(25);
  }
}
