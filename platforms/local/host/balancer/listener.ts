import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { ListenOptions } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Door } from './doors.js';

/** Longer than any client or balancer in front keeps an idle connection, so that it is they who close it. */
const keepAliveMilliseconds = 75_000;
const headMilliseconds = 20_000;
const requestMilliseconds = 300_000;

/** Resolves when it listens; rejects with the system's error when it can't. */
export async function listen(door: Door, where: ListenOptions): Promise<Server> {
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
  return server;
}

const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The parser could not read it, or it took too long: answered once and closed, since nobody knows what follows. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statuses[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
