import { PlatformError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { z } from 'zod';

const answerWithin = 10_000;
const longestAnswer = 1_000_000;

export interface Exchange {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For messages: what is asked, without address and token. */
  readonly what: string;
}

/** One request to a flag service; no redirect is followed. Throws PlatformError, which quotes nothing of the answer. */
export async function exchange(asked: Exchange, signal: AbortSignal): Promise<string> {
  const { method, url, headers, body, what } = asked;
  const late = AbortSignal.timeout(answerWithin);
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.any([late, signal]),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new PlatformError(`${what}: the flag service answered ${response.status}`);
    if (text.length > longestAnswer) throw new PlatformError(`${what}: the flag service's answer is too long`);
    return text;
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    if (signal.aborted && !late.aborted) throw signal.reason;
    const why = late.aborted ? 'did not answer in time' : 'can not be reached';
    throw new PlatformError(`${what}: the flag service ${why}`);
  }
}

/** As exchange(), with the answer parsed. */
export async function exchangeJson<Schema extends z.ZodType>(
  schema: Schema,
  asked: Exchange,
  signal: AbortSignal,
): Promise<z.output<Schema>> {
  const text = await exchange(asked, signal);
  try {
    return parse(schema, JSON.parse(text), asked.what);
  } catch (cause) {
    throw new PlatformError(`${asked.what}: the flag service answered something else than expected`, { cause });
  }
}
