import { OperatorError } from '../contract/errors.js';
import { readEvent } from './chain.js';
import { foldRun } from './fold.js';
import { readJournalIfAny, streamOf } from './read-journal.js';
import { runNames } from './run-names.js';
import type { RunState } from './run-state.js';
import type { Store } from './store.js';

/** A run, or why its journal can't be read. */
export interface HistoryEntry {
  readonly run: string;
  readonly state: RunState | undefined;
  readonly problem: string | undefined;
}

/** The environment's runs, newest first, at most `limit`. One journal that can't be read hides no other. */
export async function readHistory(store: Store, environment: string, limit: number): Promise<readonly HistoryEntry[]> {
  const newest = await newestNames(store, environment, limit);
  const entries = await Promise.all(newest.map((run) => readEntry(store, run)));
  return inOrder(entries.filter((entry) => entry !== undefined));
}

/** As far back as it takes until `enough`, which gets the readable ones newest first. `first` is read in any case. */
export async function readHistoryUntil(
  store: Store,
  environment: string,
  first: string | undefined,
  enough: (states: readonly RunState[]) => boolean,
): Promise<readonly HistoryEntry[]> {
  let entries: HistoryEntry[] = [];
  for await (const run of beginningWith(first, runNames(store, environment))) {
    const entry = await readEntry(store, run);
    if (entry) entries = inOrder([...entries, entry]);
    if (enough(entries.flatMap(({ state }) => (state ? [state] : [])))) break;
  }
  return entries;
}

async function* beginningWith(first: string | undefined, names: AsyncIterable<string>): AsyncGenerator<string> {
  if (first !== undefined) yield first;
  for await (const name of names) if (name !== first) yield name;
}

/** How long older runs took to go back, in milliseconds, newest first: by their last lines alone, `known` ones left out. */
export async function readTimesBack(
  store: Store,
  environment: string,
  { limit, known }: { readonly limit: number; readonly known: readonly string[] },
): Promise<readonly number[]> {
  const newest = (await newestNames(store, environment, limit)).filter((run) => !known.includes(run));
  const times = await Promise.all(newest.map((run) => readTimeBack(store, run)));
  return times.filter((time) => time !== undefined);
}

async function readTimeBack(store: Store, run: string): Promise<number | undefined> {
  const last = await store.last(streamOf(run));
  if (last === undefined) return undefined;
  const [record] = (await store.read(streamOf(run), last)).records;
  try {
    const body = record && readEvent(record, run)?.body;
    return body?.kind === 'ended' ? body.backMilliseconds : undefined;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return undefined;
  }
}

async function newestNames(store: Store, environment: string, limit: number): Promise<string[]> {
  const newest: string[] = [];
  for await (const run of runNames(store, environment)) {
    if (newest.length === limit) break;
    newest.push(run);
  }
  return newest;
}

/** Whatever clocks said: who took the lease later has the greater token. */
function inOrder(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const order = ({ state }: HistoryEntry): number => state?.token ?? Number.MAX_SAFE_INTEGER;
  return [...entries].sort((one, other) => order(other) - order(one));
}

/** Undefined where a process died before its plan was written: that is no run. */
async function readEntry(store: Store, run: string): Promise<HistoryEntry | undefined> {
  try {
    const reading = await readJournalIfAny(store, run);
    return reading && { run, state: foldRun(reading.events), problem: undefined };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { run, state: undefined, problem: error.message };
  }
}
