import { OperatorError } from '../../contract/errors.js';
import { readJournalIfAny } from '../../journal/read-journal.js';
import { runNames } from '../../journal/run-names.js';
import type { Store } from '../../journal/store.js';
import { progressOf, type Progress } from '../../pipeline/progress.js';

export interface KnownRun {
  readonly run: string;
  readonly progress: Progress;
}

/** A run whose journal is damaged, or of a version that can't be read here. */
export interface UnreadableRun {
  readonly run: string;
  readonly error: OperatorError;
}

/** The environment's runs, newest first. A process that died before its plan was written has left none. */
export async function* everyRunOf(store: Store, environment: string): AsyncGenerator<KnownRun | UnreadableRun> {
  for await (const run of runNames(store, environment)) {
    const known = await readRun(store, run);
    if (known) yield known;
  }
}

/** As everyRunOf; throws IntegrityError or StoreError at the first that can't be read. */
export async function* runsOf(store: Store, environment: string): AsyncGenerator<KnownRun> {
  for await (const known of everyRunOf(store, environment)) {
    if ('error' in known) throw known.error;
    yield known;
  }
}

async function readRun(store: Store, run: string): Promise<KnownRun | UnreadableRun | undefined> {
  try {
    const reading = await readJournalIfAny(store, run);
    return reading && reading.events.length > 0 ? { run, progress: progressOf(reading.events) } : undefined;
  } catch (error) {
    if (error instanceof OperatorError) return { run, error };
    throw error;
  }
}
