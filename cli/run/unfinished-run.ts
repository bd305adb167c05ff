import type { Store } from '../../journal/store.js';
import { isFinal } from '../../pipeline/progress.js';
import { everyRunOf, runsOf, type KnownRun, type UnreadableRun } from './runs-of.js';

/** The environment's newest run, when it is not over. No other can be: none begins while one is unfinished. */
export async function unfinishedRun(store: Store, environment: string): Promise<KnownRun | undefined> {
  for await (const known of runsOf(store, environment)) return isFinal(known.progress) ? undefined : known;
  return undefined;
}

/** As unfinishedRun, for going back: a newest run that can't be read is handed out as that. */
export async function unfinishedOrUnreadable(
  store: Store,
  environment: string,
): Promise<KnownRun | UnreadableRun | undefined> {
  for await (const known of everyRunOf(store, environment))
    return 'progress' in known && isFinal(known.progress) ? undefined : known;
  return undefined;
}
