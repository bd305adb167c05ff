import type { Pool } from 'undici';
import type { Wanted } from './mix.js';
import type { Sent } from './tally.js';

/** Sends one request and never throws: whatever happens to it is what it resolves to. */
export async function send(pool: Pool, { method, path, body }: Wanted): Promise<Sent> {
  const began = Date.now();
  const start = performance.now();
  let version: string | null = null;
  let colour: string | null = null;
  const sent = (reason?: string): Sent => ({
    version,
    colour,
    began,
    milliseconds: performance.now() - start,
    ...(reason === undefined ? {} : { failure: { version, colour, at: began, method, path, reason } }),
  });
  try {
    const response = await pool.request({
      method,
      path,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    version = oneOf(response.headers['x-version']);
    colour = oneOf(response.headers['x-colour']);
    // An answer counts once it is all there: one that breaks off in its body has failed.
    await response.body.dump({ limit: 1_000_000 });
    return sent(response.statusCode >= 200 && response.statusCode < 300 ? undefined : String(response.statusCode));
  } catch (error) {
    return sent(codeOf(error));
  }
}

function oneOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
