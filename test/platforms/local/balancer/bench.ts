import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colour } from '../../../../contract/colour.js';
import type { Weights } from '../../../../contract/weights.js';
import { Balancer } from '../../../../platforms/local/host/balancer/balancer.js';
import type { BalancerOptions } from '../../../../platforms/local/host/balancer/balancer.js';
import { balancerClient } from '../../../../platforms/local/host/balancer/client.js';
import type { BalancerClient } from '../../../../platforms/local/host/balancer/client.js';
import { slotServer } from './slot-server.js';
import type { SlotServer } from './slot-server.js';

export const allBlue: Weights = { blue: 100, green: 0 };
export const allGreen: Weights = { blue: 0, green: 100 };
export const half: Weights = { blue: 50, green: 50 };

export interface Bench {
  readonly balancer: Balancer;
  readonly client: BalancerClient;
  readonly port: number;
  readonly blue: SlotServer;
  readonly green: SlotServer;
  readonly said: string[];
  /** Other services' servers, closed with the bench. */
  serve(colour: Colour, service: string, name?: string): Promise<SlotServer>;
  shift(weights: Weights, token?: number): Promise<string>;
  /** Resolves when every target has been found healthy. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
}

/** A balancer in this process with service `api` at `/`, one replica in each slot, everything on blue. */
export async function bench(options: Partial<BalancerOptions> = {}): Promise<Bench> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'cf-bal-')));
  const said: string[] = [];
  const balancer = await Balancer.open({
    directory,
    port: 0,
    adminSocket: join(directory, 'admin.sock'),
    testSocket: join(directory, 'test.sock'),
    affinity: 'none',
    say: (line) => said.push(line),
    ...options,
  });
  const client = balancerClient(balancer.options.adminSocket);
  const [blue, green] = await Promise.all([slotServer('blue'), slotServer('green')]);
  const servers = [blue, green];
  await client.call('putRoutes', {
    routes: { api: { path: '/', health: { path: '/healthz', everyMilliseconds: 50 } } },
  });
  await client.call('putTargets', { colour: 'blue', service: 'api', targets: [{ id: '1', port: blue.port }] });
  await client.call('putTargets', { colour: 'green', service: 'api', targets: [{ id: '1', port: green.port }] });
  await client.call('open', { services: ['api'], weights: allBlue, token: 0 });
  const made: Bench = {
    balancer,
    client,
    port: balancer.port,
    blue,
    green,
    said,
    serve: async (colour, service, name = `${service} ${colour}`) => {
      const server = await slotServer(name);
      servers.push(server);
      await client.call('putTargets', { colour, service, targets: [{ id: '1', port: server.port }] });
      return server;
    },
    shift: async (weights, token = 1) => (await client.call('shift', { weights, token })).mark,
    healthy: () => allHealthy(client),
    stop: async () => {
      await balancer.close(0);
      await Promise.all(servers.map((server) => (server.server.closeAllConnections(), server.stop())));
      await rm(directory, { recursive: true, force: true });
    },
  };
  await made.healthy();
  return made;
}

/** Resolves when every target is healthy; rejects after twenty seconds. */
export async function allHealthy(client: BalancerClient): Promise<void> {
  await eventually('every target is healthy', async () => {
    const { targets } = await client.call('read', {});
    const seen = [...Object.values(targets.blue), ...Object.values(targets.green)].flat();
    return seen.every(({ health }) => health === 'healthy');
  });
}

/** Asks until it is so; fails after `within` milliseconds. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>, within = 20_000): Promise<void> {
  const until = performance.now() + within;
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
