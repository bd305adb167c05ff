import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlotServer {
  readonly server: Server;
  readonly port: number;
  /** Requests but for health checks, with the time they began. */
  readonly requests: { readonly url: string; readonly at: number; readonly headers: IncomingMessage['headers'] }[];
  /** Set to have health checks fail. */
  healthy: boolean;
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** As an application stops gracefully: no new connections, idle ones closed, what has begun is finished. */
  stop(): Promise<void>;
}

/** A replica of a service: answers its name, and /healthz; on `port` when given. */
export async function slotServer(name: string, port = 0): Promise<SlotServer> {
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (url === '/healthz') {
      response.statusCode = slot.healthy ? 200 : 503;
      response.end();
      return;
    }
    slot.requests.push({ url, at: performance.now(), headers: request.headers });
    slot.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
  const slot: SlotServer = {
    server,
    port: (server.address() as AddressInfo).port,
    requests: [],
    healthy: true,
    answer: (_request, response) => {
      response.setHeader('x-slot', name);
      response.end(name);
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const sweep = setInterval(() => server.closeIdleConnections(), 5);
      const force = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearInterval(sweep);
      clearTimeout(force);
    },
  };
  return slot;
}
