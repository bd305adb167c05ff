import { Agent, request } from 'node:http';

const perSecond = 60;

/** Users of the product: they ask all the time, and count what fails, by the release that failed. */
export class Users {
  requests = 0;
  readonly failed = new Map<string, number>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();

  constructor(url: string, paths: readonly string[]) {
    let turn = 0;
    this.#timer = setInterval(() => {
      const path = paths[turn % paths.length] ?? '/';
      turn += 1;
      const asking = this.#ask(`${url}${path}`).finally(() => this.#pending.delete(asking));
      this.#pending.add(asking);
    }, 1_000 / perSecond);
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    this.#agent.destroy();
  }

  #ask(url: string): Promise<void> {
    return new Promise((resolve) => {
      const end = (failed: string | undefined): void => {
        this.requests += 1;
        if (failed !== undefined) this.failed.set(failed, (this.failed.get(failed) ?? 0) + 1);
        resolve();
      };
      const asked = request(url, { agent: this.#agent, headers: { 'x-user': '1' }, timeout: 20_000 }, (response) => {
        response.resume();
        const bad = (response.statusCode ?? 0) >= 500;
        response.once('end', () => end(bad ? String(response.headers['x-version'] ?? 'nobody') : undefined));
        response.once('error', () => end('cut off'));
      });
      asked.once('timeout', () => asked.destroy());
      asked.once('error', () => end('nobody'));
      asked.end();
    });
  }
}
