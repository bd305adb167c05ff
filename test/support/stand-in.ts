import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Told {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** What is no text is told as JSON. */
  readonly body?: unknown;
}

/** A service of somebody else's on loopback, which keeps what it was asked. To be called inside `describe`. */
export class StandIn {
  readonly asked: Seen[] = [];
  /** By `METHOD /path`; what is not there is 404. */
  answers: Record<string, Told | ((seen: Seen) => Told | Promise<Told>)> = {};
  #server: Server | undefined;
  readonly #tls: (() => { readonly key: string; readonly cert: string }) | undefined;

  constructor(tls?: () => { readonly key: string; readonly cert: string }) {
    this.#tls = tls;
    beforeEach(() => this.#open());
    afterEach(() => this.#close());
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#tls ? 'https://localhost' : 'http://127.0.0.1'}:${this.port}`;
  }

  async #open(): Promise<void> {
    this.asked.length = 0;
    this.answers = {};
    const listener: RequestListener = (request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        const { method = '', url = '', headers } = request;
        const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
        this.asked.push(seen);
        const answer = this.answers[`${method} ${url.split('?', 1)[0] ?? ''}`] ?? { status: 404 };
        const {
          status = 200,
          headers: told = {},
          body = '',
        } = typeof answer === 'function' ? await answer(seen) : answer;
        response.writeHead(status, told);
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      })();
    };
    const server = this.#tls ? createTlsServer(this.#tls(), listener) : createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, this.#tls ? 'localhost' : '127.0.0.1', resolve));
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }
}
