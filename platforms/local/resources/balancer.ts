import { z } from 'zod';
import { RefusedError } from '../../../contract/errors.js';
import { canonicalJson } from '../../../contract/json.js';
import { parse } from '../../../contract/parse.js';
import { balancerClient } from '../host/balancer/client.js';
import { startBalancer, stopBalancer } from '../host/balancer/start.js';
import { slotsStandingBecause } from '../slots-standing-because.js';
import type { LocalResource } from '../../../contract/local-resource.js';

const route = z.object({
  path: z.string(),
  host: z.string().optional(),
  health: z.object({ path: z.string(), everyMilliseconds: z.number() }),
});

const balancerResourceSchema = z.object({
  /** The environment's; the balancer's own lies in it. */
  directory: z.string().min(1),
  folder: z.string().min(1),
  port: z.int().nonnegative(),
  adminSocket: z.string().min(1),
  testSocket: z.string().min(1),
  affinity: z.enum(['none', 'cohort']),
  routes: z.record(z.string(), route),
});

type BalancerResource = z.infer<typeof balancerResourceSchema>;

/** The balancer's process and the routes that the environment declares; weights are none of its business. */
export const balancerResource: LocalResource = {
  async create(inputs) {
    const resource = parsed(inputs);
    return { id: resource.adminSocket, outs: await stand(resource) };
  },
  read(id, properties) {
    return Promise.resolve({ id, props: properties });
  },
  async diff(_id, olds, news) {
    const next = parsed(news);
    const before = balancerResourceSchema.safeParse(olds);
    if (!before.success || canonicalJson(before.data) !== canonicalJson(next)) return { changes: true };
    return { changes: !(await standsAsDeclared(next)) };
  },
  async update(_id, _olds, news) {
    return { outs: await stand(parsed(news)) };
  },
  async delete(_id, properties) {
    const { directory, folder, adminSocket } = parsed(properties);
    const because = await slotsStandingBecause(directory);
    if (because !== undefined) throw new RefusedError(`${because}: an environment goes after its slots`);
    await stopBalancer({ directory: folder, adminSocket });
  },
};

function parsed(properties: unknown): BalancerResource {
  return parse(balancerResourceSchema, properties, 'balancer resource');
}

async function stand(resource: BalancerResource): Promise<Record<string, unknown>> {
  const { folder, port, adminSocket, testSocket, affinity } = resource;
  const running = await startBalancer({ directory: folder, port, adminSocket, testSocket, affinity });
  await balancerClient(adminSocket).call('putRoutes', { routes: declared(resource) });
  return { ...resource, url: `http://127.0.0.1:${running.port}` };
}

async function standsAsDeclared(resource: BalancerResource): Promise<boolean> {
  const seen = await balancerClient(resource.adminSocket)
    .call('read', {})
    .catch(() => undefined);
  if (seen === undefined || seen.affinity !== resource.affinity) return false;
  return Object.keys(resource.routes).every((service) => (seen.routes[service]?.declared ?? null) !== null);
}

function declared({ routes }: BalancerResource) {
  return Object.fromEntries(
    Object.entries(routes).map(([service, { host, ...rest }]) => [
      service,
      host === undefined ? rest : { ...rest, host },
    ]),
  );
}
