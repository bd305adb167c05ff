import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import type { ProbeAnswer } from '../../pipeline/ports/probe.js';

const largestBody = 65_536;

export interface OneRequest {
  readonly url: URL;
  /** The name that the balancer, and its certificate, know the service by. */
  readonly host: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly timeoutMilliseconds: number;
}

/** On a connection of its own; redirects are not followed. Rejects with an Error that says why when nothing answers. */
export function requestOnce(asked: OneRequest, signal: AbortSignal): Promise<ProbeAnswer> {
  const { url, host, method, headers, body, timeoutMilliseconds } = asked;
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (timeout.aborted) reject(new Error(`no answer within ${timeoutMilliseconds} ms`, { cause }));
      else reject(cause);
    };
    const options = {
      method,
      headers: { host, ...headers },
      servername: host,
      agent: false,
      signal: AbortSignal.any([signal, timeout]),
    };
    const answerOf = (answer: IncomingMessage): void => {
      readBody(answer).then((text) => {
        const status = answer.statusCode ?? 0;
        resolve({ status, headers: plainHeaders(answer), body: text, milliseconds: performance.now() - began });
      }, fail);
    };
    const call = url.protocol === 'https:' ? requestTls(url, options, answerOf) : requestPlain(url, options, answerOf);
    call.on('error', fail);
    call.end(body);
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
