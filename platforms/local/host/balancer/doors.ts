import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { colourSchema } from '../../../../contract/colour.js';
import type { Crossing, Purpose } from './crossing.js';
import { Exchange } from './exchange.js';
import { refuseForMaintenance } from './maintenance-page.js';
import type { Visit } from './exchange.js';
import { probeHeader, serviceHeader, slotHeader } from './protocol.js';
import { refuse } from './refusals.js';
import { hasBody, originForm, whyInadmissible } from './request-line.js';

export interface Door {
  /** From now on each answer tells its client that this connection ends with it. */
  readonly leave: () => void;
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

type Arrival = Pick<Visit, 'request' | 'response' | 'upgrade' | 'leaving'>;

/** Where users come in: the request's host and path choose the service, the weights the slot. */
export function usersDoor(crossing: Crossing): Door {
  return door((arrival) => {
    const { request } = arrival;
    const refusal = whyInadmissible(request);
    if (refusal !== undefined) {
      refuse(400, refusal, arrival);
      return;
    }
    const probed = probedService(crossing, request);
    const { maintenanceUntil } = crossing.world;
    if (maintenanceUntil !== undefined && probed === undefined) {
      refuseForMaintenance(maintenanceUntil - crossing.monotonic(), arrival);
      return;
    }
    const purpose: Purpose = probed === undefined ? 'user' : 'probe';
    const service = probed ?? crossing.world.users.match(request.headers.host, originForm(request));
    if (service !== undefined) new Exchange(crossing, { ...arrival, purpose, service }).begin();
    else if (crossing.world.tests.match(request.headers.host, originForm(request)) === undefined) {
      refuse(404, 'no-route', arrival);
    } else refuse(503, 'not-open', arrival);
  });
}

/** The test route, on a socket that users can't reach: a header chooses the slot, and nothing is counted. */
export function testDoor(crossing: Crossing): Door {
  return door((arrival) => {
    const { request } = arrival;
    const colour = colourSchema.safeParse(request.headers[slotHeader]);
    const refusal = whyInadmissible(request) ?? (colour.success ? undefined : `${slotHeader}-missing`);
    if (refusal !== undefined || !colour.success) {
      refuse(400, refusal ?? 'no-slot', arrival);
      return;
    }
    const named = request.headers[serviceHeader];
    const service =
      typeof named === 'string' ? named : crossing.world.tests.match(request.headers.host, originForm(request));
    if (service === undefined) refuse(404, 'no-route', arrival);
    else new Exchange(crossing, { ...arrival, purpose: 'test', service }).begin(colour.data);
  });
}

function door(answer: (arrival: Arrival) => void): Door {
  let closing = false;
  const leaving = (): boolean => closing;
  return {
    leave: () => {
      closing = true;
    },
    request: (request, response) => answer({ request, response, upgrade: undefined, leaving }),
    upgrade: (request, socket, head) => {
      // As node:http gives it on these servers.
      if (!(socket instanceof Socket)) throw new TypeError('an upgrade of something that is no socket');
      // node:http has let go of the connection: from here on its errors are ours.
      socket.on('error', () => socket.destroy());
      const arrival = { request, response: undefined, upgrade: { socket, head }, leaving };
      if (hasBody(request)) refuse(400, 'upgrade-with-body', arrival);
      else answer(arrival);
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
