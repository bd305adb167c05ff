import { describeDuration } from '../contract/duration.js';
import { Redactor } from '../journal/redact.js';
import { NotTakenError } from './receiver.js';

/** Milliseconds for the whole exchange. */
export const sendWithin = 10_000;
const longestAnswer = 65_536;
const shownOfAnswer = 200;

export interface Post {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Neither these nor the address are ever shown. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Posts JSON once; the answer's body. Follows no redirect: what is told, and what vouches for it, goes nowhere else.
 * Throws NotTakenError for anything but a 2xx.
 */
export async function post({ url, headers = {}, body, secrets, signal }: Post): Promise<string> {
  const late = AbortSignal.timeout(sendWithin);
  const redactor = new Redactor([...secrets, url]);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'crossfade', ...headers },
      body,
      signal: AbortSignal.any([late, signal]),
    });
    const answer = await readAtMost(response, longestAnswer);
    if (response.ok) return answer;
    throw new NotTakenError(`answered ${response.status}${said(redactor.text(answer, shownOfAnswer))}`);
  } catch (error) {
    if (error instanceof NotTakenError) throw error;
    if (late.aborted) throw new NotTakenError(`no answer within ${describeDuration(sendWithin)}`);
    if (signal.aborted) throw new NotTakenError('stopped before it had answered');
    throw new NotTakenError(`could not be reached${said(codeOf(error))}`);
  }
}

async function readAtMost(response: Response, limit: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return '';
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.length;
    if (length > limit) break;
  }
  return Buffer.concat(pieces).toString('utf8', 0, limit);
}

function said(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line === '' ? '' : `: ${line}`;
}

/** Only the code: words of a network error name the address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}
