import type { Duplex } from 'node:stream';
import type { Visit } from './exchange.js';
import { balancerHeader } from './protocol.js';

/** Connections that were told why their last request is refused: the parser has nothing to add. */
const told = new WeakSet<Duplex>();

/** Answers a request that goes nowhere, with the reason in a header. */
export function refuse(
  status: 400 | 404 | 503,
  because: string,
  { request, response, upgrade }: Pick<Visit, 'request' | 'response' | 'upgrade'>,
): void {
  const body = `${status} ${because}\n`;
  if (response !== undefined) {
    // Whatever else came in on this connection is not to be trusted after a request that can't be read one way only.
    if (status === 400) {
      response.shouldKeepAlive = false;
      told.add(request.socket);
    }
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', [balancerHeader]: because });
    response.end(body);
  } else {
    upgrade?.socket.end(
      `HTTP/1.1 ${status} ${because}\r\nConnection: close\r\n${balancerHeader}: ${because}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
}

const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The parser could not read it, or it took too long: answered once and closed, since nobody knows what follows. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (told.has(socket)) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statuses[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
