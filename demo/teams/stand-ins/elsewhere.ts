import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Team } from '../team.js';
import { makeCertificate, type Certificate } from './certificates.js';

type Addresses = Team['elsewhere'];

/** Addresses with a public name, which the team's checklist asks: on loopback, by TLS where theirs is. */
export class Elsewhere {
  readonly #addresses: Addresses;
  readonly #certificates: readonly [good: Certificate, bad: Certificate];
  readonly #plain: Server;
  readonly #tls: TlsServer;
  #good = true;

  private constructor(addresses: Addresses, certificates: readonly [Certificate, Certificate]) {
    this.#addresses = addresses;
    this.#certificates = certificates;
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#plain = createServer(answer);
    this.#tls = createTlsServer(certificates[0], answer);
  }

  static async open(addresses: Addresses): Promise<Elsewhere> {
    // The bad one is about to be over.
    const elsewhere = new Elsewhere(addresses, [await makeCertificate(90), await makeCertificate(3)]);
    for (const server of [elsewhere.#plain, elsewhere.#tls]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return elsewhere;
  }

  /** What has to be trusted for them, in PEM. */
  get authorities(): string {
    return this.#certificates.map(({ cert }) => cert).join('');
  }

  set good(good: boolean) {
    this.#good = good;
    this.#tls.setSecureContext(this.#certificates[good ? 0 : 1]);
  }

  /** With every such address as it is here. */
  placed(text: string): string {
    const longestFirst = Object.keys(this.#addresses).sort((one, other) => other.length - one.length);
    return longestFirst.reduce((placed, address) => placed.replaceAll(address, this.#place(address)), text);
  }

  async close(): Promise<void> {
    for (const server of [this.#plain, this.#tls]) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  }

  #place(address: string): string {
    const [scheme, server] = address.startsWith('https:') ? ['https', this.#tls] : ['http', this.#plain];
    const { port } = server.address() as AddressInfo;
    return `${scheme}://localhost:${port}/${Object.keys(this.#addresses).indexOf(address)}`;
  }

  #answer({ url = '/' }: IncomingMessage, response: ServerResponse): void {
    const index = Number(/^\/(\d+)/.exec(url)?.[1] ?? -1);
    const found = Object.values(this.#addresses)[index]?.[this.#good ? 0 : 1] ?? { status: 404 };
    response.writeHead(found.status ?? 200, found.headers);
    response.end(found.body ?? '');
  }
}
