import { request } from 'node:http';
import { DriftError, FencedError, PlatformError, RefusedError } from '../../../../contract/errors.js';
import { parse } from '../../../../contract/parse.js';
import { errnoOf } from '../errno.js';
import { operations, refusalSchema } from './protocol.js';
import type { Answer, Operation, Refusal, Request } from './protocol.js';

/** Calls the balancer's admin socket: `call('shift', { weights, token })`. */
export interface BalancerClient {
  readonly adminSocket: string;
  /** Throws what the balancer refused with, or PlatformError when it can't be reached or does not answer in time. */
  call<Name extends Operation>(name: Name, body: Request<Name>, options?: CallOptions): Promise<Answer<Name>>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds?: number;
}

export function balancerClient(adminSocket: string): BalancerClient {
  return {
    adminSocket,
    async call(name, body, options = {}) {
      const answer = await post(adminSocket, name, JSON.stringify(body), options);
      const value: unknown = readJson(answer.text, adminSocket);
      if (answer.status !== 200) throw refusalError(parse(refusalSchema, value, `balancer at ${adminSocket}`));
      return parse(operations[name].answer, value, `balancer at ${adminSocket}, ${name}`) as Answer<typeof name>;
    },
  };
}

function post(
  socketPath: string,
  name: string,
  body: string,
  { signal, timeoutMilliseconds = 10_000 }: CallOptions,
): Promise<{ status: number; text: string }> {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath,
        method: 'POST',
        // A kept-alive connection could lead to a balancer that was killed in between.
        agent: false,
        path: `/${name}`,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on('error', fail);
      },
    );
    function fail(cause: Error): void {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (timeout.aborted) {
        reject(new PlatformError(`the balancer did not answer '${name}' within ${timeoutMilliseconds} ms`, { cause }));
      } else {
        const code = errnoOf(cause);
        // Nobody listens there. One that listens and fails otherwise is not started again by bringing it up.
        const mendedByUp = code === 'ENOENT' || code === 'ECONNREFUSED';
        const hint = 'is the environment up? `pulumi up` of its stack starts the balancer again';
        reject(new PlatformError(`the balancer can't be reached at ${socketPath}`, { cause, hint, mendedByUp }));
      }
    }
    call.on('error', fail);
    call.end(body);
  });
}

function readJson(text: string, adminSocket: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError(`what listens at ${adminSocket} does not speak the balancer's language`, { cause });
  }
}

function refusalError({ code, message, hint }: Refusal): Error {
  const options = hint === undefined ? {} : { hint };
  switch (code) {
    case 'fenced':
      return new FencedError(message, options);
    case 'drift':
      return new DriftError(message, options);
    case 'refused':
      return new RefusedError(message, options);
    default:
      return new PlatformError(message, options);
  }
}
