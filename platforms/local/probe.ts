import { request } from 'node:http';
import type { ClientRequest } from 'node:http';
import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { ProbeAnswer, ProbeRequest } from '../../pipeline/ports/probe.js';
import { exchange } from '../exchange.js';
import { balancerHeader, serviceHeader, slotHeader } from './host/balancer/protocol.js';

/** Through the balancer's test socket to one slot. Redirects are not followed. Throws PlatformError when nothing answers. */
export function probeSlot(
  testSocket: string,
  colour: Colour,
  asked: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const { service, method, path } = asked;
  return probeBy(asked, { where: colour, signal }, (headers, limit) =>
    request({
      socketPath: testSocket,
      method,
      path,
      headers: { ...headers, [slotHeader]: colour, [serviceHeader]: service },
      agent: false,
      signal: limit,
    }),
  );
}

/** One request and its answer, within its time. Throws PlatformError, which names `where`. */
export async function probeBy(
  { service, method, path, headers, body, timeoutMilliseconds = 10_000 }: ProbeRequest,
  { where, signal }: { readonly where: string; readonly signal: AbortSignal },
  call: (headers: Readonly<Record<string, string>>, limit: AbortSignal) => ClientRequest,
): Promise<ProbeAnswer> {
  const what = `${method} ${path} of ${service} in ${where}`;
  const answer = await exchange({ body, timeoutMilliseconds, signal }, (limit) =>
    call({ host: 'localhost', ...headers }, limit),
  ).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new PlatformError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  // The balancer itself speaks where no target does.
  const by = answer.headers[balancerHeader];
  if (by === undefined) return answer;
  throw new PlatformError(`${what}: nothing answers there (${by})`);
}
