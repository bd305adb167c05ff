import { StoreError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import { requestLineSchema, type Request, type RequestLine } from '../contract/lease.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

/** A request that nobody has answered yet. */
export interface OpenRequest extends Request {
  readonly sequence: number;
  /** The run's process has seen it and is at work. */
  readonly taken: boolean;
}

export interface RequestState {
  readonly taken: boolean;
  /** What the run's process said when it had obeyed. */
  readonly answer: string | undefined;
}

const triesAtAppending = 20;

/** Asks the process that executes `request.run` to go back. Returns the request's sequence, for followRequest(). */
export function makeRequest(store: Store, environment: string, request: Request): Promise<number> {
  return say(store, environment, request.run, { format: 1, kind: 'asked', request });
}

/** The newest request to this run that was not answered. */
export async function requestFor(store: Store, environment: string, run: string): Promise<OpenRequest | undefined> {
  const lines = await linesOf(store, environment, run);
  const open = lines.flatMap(({ sequence, line }) => {
    if (line.kind !== 'asked') return [];
    const { taken, answer } = stateOf(lines, sequence);
    return answer === undefined ? [{ ...line.request, sequence, taken }] : [];
  });
  return open.at(-1);
}

/** Tells whoever asked that this process is at work on it. */
export async function takeRequest(
  store: Store,
  environment: string,
  request: OpenRequest,
  by: string,
  at: Date,
): Promise<void> {
  const line = { format: 1, kind: 'taken', of: request.sequence, by, at: at.toISOString() } as const;
  await say(store, environment, request.run, line);
}

export async function answerRequest(
  store: Store,
  environment: string,
  request: OpenRequest,
  says: string,
  at: Date,
): Promise<void> {
  const line = { format: 1, kind: 'answered', of: request.sequence, says, at: at.toISOString() } as const;
  await say(store, environment, request.run, line);
}

/** How far a request of one's own has come. */
export async function followRequest(
  store: Store,
  environment: string,
  run: string,
  sequence: number,
): Promise<RequestState> {
  return stateOf(await linesOf(store, environment, run), sequence);
}

interface Line {
  readonly sequence: number;
  readonly line: RequestLine;
}

function stateOf(lines: readonly Line[], sequence: number): RequestState {
  const about = lines.flatMap(({ line }) => (line.kind !== 'asked' && line.of === sequence ? [line] : []));
  const answer = about.find((line) => line.kind === 'answered');
  return { taken: about.length > 0, answer: answer?.says };
}

// A stream for each run: it is read every half second, and mostly it does not even exist.
function streamOf(environment: string, run: string): string {
  return `requests/${environment}/${run}`;
}

async function linesOf(store: Store, environment: string, run: string): Promise<Line[]> {
  const stream = streamOf(environment, run);
  const { records } = await store.read(stream);
  return records.map(({ sequence, text }) => ({
    sequence,
    line: parseRecord(requestLineSchema, text, `${stream}, line ${sequence}`),
  }));
}

async function say(store: Store, environment: string, run: string, line: RequestLine): Promise<number> {
  const stream = streamOf(environment, run);
  for (let tried = 0; tried < triesAtAppending; tried += 1) {
    const sequence = ((await store.last(stream)) ?? -1) + 1;
    if ((await store.append(stream, sequence, canonicalJson(line))) === 'appended') return sequence;
  }
  throw new StoreError(`${stream}: others write to it faster than this process`, { retryable: true });
}
