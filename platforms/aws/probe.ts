import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { slotHeader } from '../../contract/aws-route.js';
import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { ProbeAnswer, ProbeRequest } from '../../pipeline/ports.js';

const largestBody = 65_536;
const balancer = /^awselb\//;

export interface Door {
  /** The balancer's test listener. */
  readonly url: string;
  /** The host that the service answers to, where it has one of its own. */
  hostOf(service: string): string | undefined;
}

/** Through the test listener to one slot. Redirects are not followed. Throws PlatformError when nothing answers. */
export function probeSlot(
  door: Door,
  colour: Colour,
  { service, method, path, headers, timeoutMilliseconds = 10_000 }: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const url = new URL(path, door.url);
  const host = door.hostOf(service) ?? url.hostname;
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const why = timeout.aborted ? `no answer within ${timeoutMilliseconds} ms` : cause.message;
      reject(new PlatformError(`${method} ${path} of ${service} in ${colour}: ${why}`, { cause }));
    };
    const options = {
      method,
      headers: { host, ...headers, [slotHeader]: colour },
      servername: host,
      agent: false,
      signal: AbortSignal.any([signal, timeout]),
    };
    const answerOf = (answer: IncomingMessage): void => {
      readBody(answer).then((body) => {
        const status = answer.statusCode ?? 0;
        // The balancer itself speaks where no target does.
        if (status >= 502 && balancer.test(String(answer.headers.server ?? '')))
          fail(new Error(`the balancer answers ${status}`));
        else resolve({ status, headers: plainHeaders(answer), body, milliseconds: performance.now() - began });
      }, fail);
    };
    const call = url.protocol === 'https:' ? requestTls(url, options, answerOf) : requestPlain(url, options, answerOf);
    call.on('error', fail);
    call.end();
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
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
}
