import type { Store } from '../../journal/store.js';
import { isFinal } from '../../pipeline/progress.js';
import { runsOf, type KnownRun } from './runs-of.js';

/** The environment's newest run, when it is not over. No other can be: none begins while one is unfinished. */
export async function unfinishedRun(store: Store, environment: string): Promise<KnownRun | undefined> {
  for await (const known of runsOf(store, environment)) return isFinal(known.progress) ? undefined : known;
  return undefined;
}
