import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { ListenOptions } from 'node:net';
import type { Door } from './doors.js';
import { refuseMalformed } from './refusals.js';

/** Longer than any client or balancer in front keeps an idle connection, so that it is they who close it. */
const keepAliveMilliseconds = 75_000;
const headMilliseconds = 20_000;
const requestMilliseconds = 300_000;

export interface Listener {
  readonly server: Server;
  /**
   * Takes no new connections. Those that are there are served once more and then told to go, rather than closed
   * while a request may be on its way.
   */
  leave(): void;
  /** Ends every connection, whatever it carries. */
  close(): void;
}

/** Resolves when it listens; rejects with the system's error when it can't. */
export async function listen(door: Door, where: ListenOptions): Promise<Listener> {
  const server = createServer({
    keepAliveTimeout: keepAliveMilliseconds,
    headersTimeout: headMilliseconds,
    requestTimeout: requestMilliseconds,
    connectionsCheckingInterval: 1_000,
  });
  server.on('request', door.request);
  server.on('upgrade', door.upgrade);
  server.on('clientError', refuseMalformed);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    leave: () => {
      door.leave();
      // Not http's own close, which would end idle connections at once.
      NetServer.prototype.close.call(server);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
