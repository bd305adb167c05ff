import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ProbeAnswer } from '../pipeline/ports/probe.js';

const largestBody = 65_536;

export interface Exchange {
  readonly body?: string | undefined;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

/**
 * One request and its answer, within its time; redirects are not followed. `call` begins it, on a connection of its own,
 * and ends it at the limit. Rejects with an Error that says why when nothing answers, with the signal's reason when aborted.
 */
export function exchange(
  { body, timeoutMilliseconds, signal }: Exchange,
  call: (limit: AbortSignal) => ClientRequest,
): Promise<ProbeAnswer> {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (timeout.aborted) reject(new Error(`no answer within ${timeoutMilliseconds} ms`, { cause }));
      else reject(cause);
    };
    const calling = call(AbortSignal.any([signal, timeout]));
    calling.on('response', (answer) => {
      readBody(answer).then((text) => {
        const status = answer.statusCode ?? 0;
        resolve({ status, headers: plainHeaders(answer), body: text, milliseconds: performance.now() - began });
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
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
}
