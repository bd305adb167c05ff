import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { ProbeAnswer } from '../../pipeline/ports/probe.js';
import { exchange } from '../exchange.js';

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
  const request = url.protocol === 'https:' ? requestTls : requestPlain;
  return exchange({ body, timeoutMilliseconds, signal }, (limit) =>
    request(url, { method, headers: { host, ...headers }, servername: host, agent: false, signal: limit }),
  );
}
