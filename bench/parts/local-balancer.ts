import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Weights } from '../../contract/weights.js';
import { balancerClient } from '../../platforms/local/host/balancer/client.js';
import type { BalancerClient } from '../../platforms/local/host/balancer/client.js';
import { startBalancer, stopBalancer } from '../../platforms/local/host/balancer/start.js';
import type { Child } from './child.js';

export interface BenchedBalancer {
  readonly pid: number;
  readonly port: number;
  readonly client: BalancerClient;
  end(): Promise<void>;
}

/** The balancer as the product starts it, in front of these two slots. */
export async function benchedBalancer(blue: Child, green: Child, weights: Weights): Promise<BenchedBalancer> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'cf-bench-')));
  const options = {
    directory,
    port: 0,
    adminSocket: join(directory, 'admin.sock'),
    testSocket: join(directory, 'test.sock'),
    affinity: 'none' as const,
  };
  const { pid, port } = await startBalancer(options);
  const client = balancerClient(options.adminSocket);
  await client.call('putRoutes', { routes: { api: { path: '/', health: { path: '/' } } } });
  for (const [colour, slot] of [
    ['blue', blue],
    ['green', green],
  ] as const) {
    await client.call('putTargets', { colour, service: 'api', targets: [{ id: '1', port: slot.port }] });
  }
  await client.call('open', { services: ['api'], weights, token: 1 });
  await pause(500);
  return {
    pid,
    port,
    client,
    end: async () => {
      await stopBalancer(options);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
