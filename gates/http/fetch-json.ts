import { PlatformError } from '../../contract/errors.js';
import type { Asked } from '../../pipeline/questions.js';
import type { Surroundings } from '../surroundings.js';
import { authoritiesOf } from './authorities-of.js';
import { fetchGuarded } from './fetch-guarded.js';

export interface JsonQuestion {
  readonly url: string;
  /** Name of the variable that holds a token. */
  readonly token?: string | undefined;
  /** What stands before it in the header. */
  readonly prefix?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST. */
  readonly body?: unknown;
  /** What it answers when all is well; 200 when left out. */
  readonly status?: number;
  /** Answered by this status, there is nothing: undefined. */
  readonly missing?: number;
}

/** JSON of a source. Throws PlatformError when it doesn't answer as it should, and where the token is missing. */
export async function fetchJson(
  question: JsonQuestion,
  { plan }: Pick<Asked, 'plan'>,
  around: Pick<Surroundings, 'folder' | 'variables'>,
  signal: AbortSignal,
): Promise<unknown> {
  const { url, token, prefix = 'Bearer ', headers = {}, body, status = 200, missing } = question;
  const where = `${new URL(url).origin}${new URL(url).pathname}`;
  const secret = token === undefined ? undefined : around.variables[token];
  if (token !== undefined && secret === undefined) throw new PlatformError(`${where}: there is no variable ${token}`);
  const answer = await fetchGuarded({
    url,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      'user-agent': 'crossfade',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(secret === undefined ? {} : { authorization: `${prefix}${secret}` }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    authorities: await authoritiesOf(plan, around),
    signal,
  });
  if (answer.status === missing) return undefined;
  if (answer.status !== status) throw new PlatformError(`${where} answered ${answer.status}`);
  if (answer.cut) throw new PlatformError(`${where} answered more than 1 MB`);
  try {
    return JSON.parse(answer.body) as unknown;
  } catch (cause) {
    throw new PlatformError(`${where} answered no JSON`, { cause });
  }
}
