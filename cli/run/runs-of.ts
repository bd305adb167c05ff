import { readJournalIfAny } from '../../journal/read-journal.js';
import { readRunId } from '../../journal/run-id.js';
import type { Store } from '../../journal/store.js';
import { progressOf, type Progress } from '../../pipeline/progress.js';

export interface KnownRun {
  readonly run: string;
  readonly progress: Progress;
}

/** The environment's runs, newest first. A process that died before its plan was written has left none. */
export async function* runsOf(store: Store, environment: string): AsyncGenerator<KnownRun> {
  const runs = (await store.list('journals')).filter((run) => readRunId(run)?.environment === environment);
  for (const run of [...runs].sort().reverse()) {
    const reading = await readJournalIfAny(store, run);
    if (reading && reading.events.length > 0) yield { run, progress: progressOf(reading.events) };
  }
}
