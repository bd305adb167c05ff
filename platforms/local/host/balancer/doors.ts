import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { colourSchema } from '../../../../contract/colour.js';
import type { Crossing, Purpose } from './crossing.js';
import { Exchange } from './exchange.js';
import type { Upgrade } from './exchange.js';
import { balancerHeader, probeHeader, serviceHeader, slotHeader } from './protocol.js';
import { hasBody, originForm, whyInadmissible } from './request-line.js';

export interface Door {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

type Answerer = (request: IncomingMessage, response: ServerResponse | undefined, upgrade: Upgrade | undefined) => void;

/** Where users come in: the request's host and path choose the service, the weights the slot. */
export function usersDoor(crossing: Crossing): Door {
  return door((request, response, upgrade) => {
    const refusal = whyInadmissible(request);
    if (refusal !== undefined) {
      refuse(400, refusal, response, upgrade);
      return;
    }
    const probed = probedService(crossing, request);
    const purpose: Purpose = probed === undefined ? 'user' : 'probe';
    const service = probed ?? crossing.world.users.match(request.headers.host, originForm(request));
    if (service !== undefined) new Exchange(crossing, request, response, upgrade, purpose, service).begin();
    else if (crossing.world.tests.match(request.headers.host, originForm(request)) === undefined) {
      refuse(404, 'no-route', response, upgrade);
    } else refuse(503, 'not-open', response, upgrade);
  });
}

/** The test route, on a socket that users can't reach: a header chooses the slot, and nothing is counted. */
export function testDoor(crossing: Crossing): Door {
  return door((request, response, upgrade) => {
    const colour = colourSchema.safeParse(request.headers[slotHeader]);
    const refusal = whyInadmissible(request) ?? (colour.success ? undefined : `${slotHeader}-missing`);
    if (refusal !== undefined || !colour.success) {
      refuse(400, refusal ?? 'no-slot', response, upgrade);
      return;
    }
    const named = request.headers[serviceHeader];
    const service =
      typeof named === 'string' ? named : crossing.world.tests.match(request.headers.host, originForm(request));
    if (service === undefined) refuse(404, 'no-route', response, upgrade);
    else new Exchange(crossing, request, response, upgrade, 'test', service).begin(colour.data);
  });
}

function door(answer: Answerer): Door {
  return {
    request: (request, response) => answer(request, response, undefined),
    upgrade: (request, socket, head) => {
      // node:http has let go of the connection: from here on its errors are ours.
      socket.on('error', () => socket.destroy());
      if (hasBody(request)) refuse(400, 'upgrade-with-body', undefined, { socket, head });
      else answer(request, undefined, { socket, head });
    },
  };
}

/** `x-crossfade-probe: <secret> <service>`; the secret never leaves the process, so that no user can go uncounted. */
function probedService(crossing: Crossing, request: IncomingMessage): string | undefined {
  const value = request.headers[probeHeader];
  if (typeof value !== 'string') return undefined;
  const [secret, service] = value.split(' ');
  return secret === crossing.probeSecret ? service : undefined;
}

function refuse(
  status: number,
  because: string,
  response: ServerResponse | undefined,
  upgrade: Upgrade | undefined,
): void {
  const body = `${status} ${because}\n`;
  if (response !== undefined) {
    // Whatever else came in on this connection is not to be trusted after a request that can't be read one way only.
    if (status === 400) response.shouldKeepAlive = false;
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', [balancerHeader]: because });
    response.end(body);
  } else {
    upgrade?.socket.end(
      `HTTP/1.1 ${status} ${because}\r\nConnection: close\r\n${balancerHeader}: ${because}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
}
