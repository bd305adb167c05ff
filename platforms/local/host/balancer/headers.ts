import type { IncomingMessage } from 'node:http';
import { balancerHeader, probeHeader, serviceHeader, slotHeader } from './protocol.js';

/** RFC 9110 7.6.1, and what older agents send in the same sense. */
const hopByHop = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
]);

/** Never taken from a client: the balancer is the edge, what it says of the client is all that a slot hears. */
const notFromClients = new Set([
  ...hopByHop,
  'expect',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  slotHeader,
  serviceHeader,
  probeHeader,
]);

const notFromSlots = new Set([...hopByHop, balancerHeader]);

/** Headers that frame a message: a Connection header that names them must not take them off. */
const framing = new Set(['content-length', 'host']);

/** Names and values in turn, as node:http takes and gives them raw. */
export type RawHeaders = string[];

/** The request's headers for a slot. */
export function requestHeaders(request: IncomingMessage, upgrade: string | undefined): RawHeaders {
  const headers = filtered(request.rawHeaders, notFromClients, request.headers.connection);
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  headers.push(
    'X-Forwarded-For',
    request.socket.remoteAddress ?? 'unknown',
    'X-Forwarded-Proto',
    'http',
    'X-Forwarded-Host',
    request.headers.host ?? '',
  );
  // HTTP/1.0 knows no Host, HTTP/1.1 of the slot insists on one.
  if (request.headers.host === undefined) headers.push('Host', 'localhost');
  if (upgrade !== undefined) headers.push('Connection', 'Upgrade', 'Upgrade', upgrade);
  return headers;
}

/** The answer's headers for the client. */
export function answerHeaders(answer: IncomingMessage): RawHeaders {
  return filtered(answer.rawHeaders, notFromSlots, answer.headers.connection);
}

function filtered(raw: readonly string[], excluded: ReadonlySet<string>, connection: string | undefined): RawHeaders {
  const nominated = nominatedBy(connection);
  const headers: RawHeaders = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const key = name.toLowerCase();
    if (excluded.has(key) || nominated?.has(key) === true) continue;
    headers.push(name, raw[index + 1] ?? '');
  }
  return headers;
}

function nominatedBy(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  const names = connection.split(',').map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => !framing.has(name)));
}

/** As lines of a message's head; a parser has seen to it that no value holds a line break. */
export function headerLines(headers: RawHeaders): string {
  let lines = '';
  for (let index = 0; index + 1 < headers.length; index += 2)
    lines += `${headers[index] ?? ''}: ${headers[index + 1] ?? ''}\r\n`;
  return lines;
}
