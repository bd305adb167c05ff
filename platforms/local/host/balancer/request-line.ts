import type { IncomingMessage } from 'node:http';

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

/** The protocol, when it is one that the balancer tunnels; other wishes to upgrade are passed over, as they may be. */
export function websocketOf({ method, headers }: IncomingMessage): 'websocket' | undefined {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' ? 'websocket' : undefined;
}

/** Path and query, also of a request that names its host in the request line. */
export function originForm({ url = '/' }: IncomingMessage): string {
  if (url.startsWith('/')) return url;
  const afterScheme = url.indexOf('//');
  const path = afterScheme < 0 ? -1 : url.indexOf('/', afterScheme + 2);
  return path < 0 ? '/' : url.slice(path);
}

/** Why a request can't be passed on without two parsers reading it differently; undefined when it can. */
export function whyInadmissible(request: IncomingMessage): string | undefined {
  const { url = '', headers, rawHeaders } = request;
  if (!url.startsWith('/') && !/^https?:\/\/[^/]/i.test(url)) return 'no-path';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'transfer-coding';
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 ? 'two-hosts' : undefined;
}
