import { OperatorError } from '../contract/errors.js';
import { foldRun } from './fold.js';
import { readJournalIfAny } from './read-journal.js';
import { readRunId } from './run-id.js';
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
  const runs = (await store.list('journals')).filter((run) => readRunId(run)?.environment === environment);
  const newest = [...runs].sort().reverse().slice(0, limit);
  const entries = await Promise.all(newest.map((run) => readEntry(store, run)));
  // A process that died before its plan was written has left no run.
  const begun = entries.filter((entry) => entry !== undefined);
  return begun.sort((one, other) => orderOf(other) - orderOf(one));
}

/** Whatever clocks said: who took the lease later has the greater token. */
function orderOf({ state }: HistoryEntry): number {
  return state?.token ?? Number.MAX_SAFE_INTEGER;
}

async function readEntry(store: Store, run: string): Promise<HistoryEntry | undefined> {
  try {
    const reading = await readJournalIfAny(store, run);
    return reading && { run, state: foldRun(reading.events), problem: undefined };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { run, state: undefined, problem: error.message };
  }
}
