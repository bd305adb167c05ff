import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { canonicalJson } from '../../../contract/json.js';
import { parse } from '../../../contract/parse.js';
import { RefusedError } from '../../../contract/errors.js';
import { balancerClient } from '../host/balancer/client.js';
import { unhealthyBecause } from '../host/processes/health.js';
import { readReplicaRecords } from '../host/processes/replica-record.js';
import { serviceFolder, serviceSpecSchema } from '../host/processes/service-spec.js';
import { registerService } from '../registered-service.js';
import { runService, wantedReplicas } from '../run-service.js';
import { standingBecause } from '../standing-because.js';
import type { LocalResource } from '../../../contract/local-resource.js';

export const serviceResourceSchema = serviceSpecSchema.extend({ adminSocket: z.string().min(1) });
export type ServiceResource = z.infer<typeof serviceResourceSchema>;

/** One service of one slot: its processes, and its targets at the balancer. */
export const serviceResource: LocalResource = {
  async create(inputs) {
    const resource = parsed(inputs);
    return { id: `${resource.colour}/${resource.service}`, outs: await stand(resource) };
  },
  read(id, properties) {
    return Promise.resolve({ id, props: properties });
  },
  async diff(_id, olds, news) {
    const next = parsed(news);
    const before = serviceResourceSchema.safeParse(olds);
    const same = before.success && canonicalJson(before.data) === canonicalJson(next);
    return { changes: !same || !(await standsAsDeclared(next)) };
  },
  async update(_id, _olds, news) {
    return { outs: await stand(parsed(news)) };
  },
  async delete(_id, properties) {
    const resource = parsed(properties);
    const because = await standingBecause(resource);
    if (because !== undefined) throw new RefusedError(because, { hint: 'nothing was touched' });
    const client = balancerClient(resource.adminSocket);
    await runService(resource, { client, wanted: 0 });
    await rm(serviceFolder(resource), { recursive: true, force: true });
  },
};

function parsed(properties: unknown): ServiceResource {
  return parse(serviceResourceSchema, properties, 'service resource');
}

async function stand(resource: ServiceResource): Promise<ServiceResource> {
  const wanted = await wantedReplicas(resource);
  await runService(resource, { client: balancerClient(resource.adminSocket), wanted });
  await registerService(resource);
  return resource;
}

/** False when a replica has died or the balancer has forgotten one: a plain `pulumi up` then mends it. */
async function standsAsDeclared(resource: ServiceResource): Promise<boolean> {
  const records = await readReplicaRecords(serviceFolder(resource));
  if (records.length !== (await wantedReplicas(resource))) return false;
  for (const record of records) {
    if (record.digest !== resource.digest || record.settings !== resource.settings.hash) return false;
    if ((await unhealthyBecause(record, resource.health.path)) !== undefined) return false;
  }
  if (resource.kind !== 'routed') return true;
  const { targets } = await balancerClient(resource.adminSocket).call('read', {});
  const ports = new Set((targets[resource.colour][resource.service] ?? []).map(({ port }) => port));
  return ports.size === records.length && records.every(({ port }) => ports.has(port));
}
