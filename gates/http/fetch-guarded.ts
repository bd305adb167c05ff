import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { PlatformError } from '../../contract/errors.js';
import { guardedLookup, refusedHost } from './reach.js';

export interface Asking {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** In PEM, trusted beside the usual ones. */
  readonly authorities?: readonly string[];
  readonly signal: AbortSignal;
}

export interface Fetched {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MB of it. */
  readonly body: string;
  /** There was more. */
  readonly cut: boolean;
  readonly milliseconds: number;
}

const largest = 1_000_000;
const within = 10_000;

/**
 * One request: no redirect is followed, nothing of the machine's own is asked, a certificate must be good, time and size
 * are limited. Throws PlatformError when nothing answers.
 */
export async function fetchGuarded(asking: Asking): Promise<Fetched> {
  const { url, method = 'GET', headers = {}, body = null, authorities = [], signal } = asking;
  const where = `${method} ${new URL(url).origin}${new URL(url).pathname}`;
  const refused = refusedHost(new URL(url).hostname);
  if (refused !== undefined) throw new PlatformError(`${where}: ${refused}`);
  const dispatcher = new Agent({ connect: { lookup: guardedLookup, timeout: within, ...trusting(authorities) } });
  const late = AbortSignal.timeout(within);
  const began = performance.now();
  try {
    const ending = AbortSignal.any([signal, late]);
    const answer = await request(url, { method, headers, body, dispatcher, signal: ending });
    const { text, cut } = await readBody(answer.body);
    const milliseconds = performance.now() - began;
    return { status: answer.statusCode, headers: plain(answer.headers), body: text, cut, milliseconds };
  } catch (cause) {
    signal.throwIfAborted();
    const why = late.aborted ? `no answer within ${within / 1_000} s` : messageOf(cause);
    throw new PlatformError(`${where}: ${why}`, { cause });
  } finally {
    await dispatcher.destroy();
  }
}

function trusting(authorities: readonly string[]): { ca?: string[] } {
  return authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<{ text: string; cut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > largest) break;
  }
  return { text: Buffer.concat(chunks).subarray(0, largest).toString('utf8'), cut: length > largest };
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
