import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { colours } from '../../../contract/colour.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { AwsWorld } from './aws-world.js';
import type { StandIn } from './stand-in.js';

const requestsPerSecond = 200;

/**
 * Users of an environment that lies in a stand-in, which has no data plane: the load balancer's counters count them as
 * its rules divide them, on a clock that runs `speed` times as fast, and whoever calls it is answered at `door`.
 */
export class Users {
  readonly #stop = new AbortController();
  readonly #door: Server;
  #asking: Promise<void> = Promise.resolve();

  private constructor(door: Server) {
    this.#door = door;
  }

  static async come(options: {
    readonly aws: StandIn;
    readonly world: AwsWorld;
    readonly outputs: AwsOutputs;
    readonly speed: number;
  }): Promise<Users> {
    const door = createServer((_, answer) => answer.writeHead(200).end('ok'));
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    const users = new Users(door);
    users.#asking = users.#ask(options);
    return users;
  }

  get door(): number {
    return (this.#door.address() as AddressInfo).port;
  }

  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#asking;
    this.#door.closeAllConnections();
    await new Promise((resolve) => this.#door.close(resolve));
  }

  async #ask({ aws, world, outputs, speed }: Parameters<typeof Users.come>[0]): Promise<void> {
    let last = Date.now();
    while (!this.#stop.signal.aborted) {
      await pause(100);
      const seconds = ((Date.now() - last) / 1_000) * speed;
      last = Date.now();
      const weights: Awaited<ReturnType<StandIn['shares']>> = await aws.shares(outputs).catch(() => ({}));
      for (const [service, { metricDimensions }] of Object.entries(outputs.routes)) {
        for (const colour of colours) {
          const [, group = ''] = metricDimensions[colour].split('/');
          const share = weights[service]?.[colour] ?? 0;
          if (share > 0) world.count(group, (requestsPerSecond * seconds * share) / 100);
        }
      }
    }
  }
}
