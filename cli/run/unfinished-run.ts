import { readRunId } from '../../journal/run-id.js';
import { readJournalIfAny } from '../../journal/read-journal.js';
import type { Store } from '../../journal/store.js';
import { isFinal, progressOf, type Progress } from '../../pipeline/progress.js';

export interface UnfinishedRun {
  readonly run: string;
  readonly progress: Progress;
}

/** The environment's newest run, when it is not over. No other can be: none begins while one is unfinished. */
export async function unfinishedRun(store: Store, environment: string): Promise<UnfinishedRun | undefined> {
  const runs = (await store.list('journals')).filter((run) => readRunId(run)?.environment === environment);
  for (const run of [...runs].sort().reverse()) {
    const reading = await readJournalIfAny(store, run);
    // A process that died before its plan was written has left no run.
    if (!reading || reading.events.length === 0) continue;
    const progress = progressOf(reading.events);
    return isFinal(progress) ? undefined : { run, progress };
  }
  return undefined;
}
