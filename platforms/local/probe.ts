import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { ProbeAnswer, ProbeRequest } from '../../pipeline/ports/probe.js';
import { balancerHeader, serviceHeader, slotHeader } from './host/balancer/protocol.js';

const largestBody = 65_536;

/** Through the balancer's test socket to one slot. Redirects are not followed. Throws PlatformError when nothing answers. */
export function probeSlot(
  testSocket: string,
  colour: Colour,
  asked: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const { service, method, path } = asked;
  return exchange(asked, { where: colour, signal }, (headers, limit) =>
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
export function exchange(
  { service, method, path, headers, body, timeoutMilliseconds = 10_000 }: ProbeRequest,
  { where, signal }: { readonly where: string; readonly signal: AbortSignal },
  call: (headers: Readonly<Record<string, string>>, limit: AbortSignal) => ClientRequest,
): Promise<ProbeAnswer> {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else {
        const why = timeout.aborted ? `no answer within ${timeoutMilliseconds} ms` : cause.message;
        reject(new PlatformError(`${method} ${path} of ${service} in ${where}: ${why}`, { cause }));
      }
    };
    const calling = call({ host: 'localhost', ...headers }, AbortSignal.any([signal, timeout]));
    calling.on('response', (answer) => {
      readBody(answer).then((text) => {
        const by = answer.headers[balancerHeader];
        if (by !== undefined) fail(new Error(`nothing answers there (${String(by)})`));
        else {
          const status = answer.statusCode ?? 0;
          resolve({ status, headers: plainHeaders(answer), body: text, milliseconds: performance.now() - began });
        }
      }, fail);
    });
    calling.on('error', fail);
    calling.end(body);
  });
}

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= largestBody) break;
  }
  return Buffer.concat(chunks).subarray(0, largestBody).toString();
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}
