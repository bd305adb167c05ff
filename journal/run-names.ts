import { readRunId, runTime } from './run-id.js';
import type { ListedNames, Store } from './store.js';

const month = 31 * 86_400_000;

/**
 * The environment's runs, newest first. Of a store that holds years the last month is listed first, and the rest only
 * for whoever asks on. Clocks only guess where that month begins: all names come in any case, in their order.
 */
export async function* runNames(store: Store, environment: string): AsyncGenerator<string> {
  // A run's id goes on with its year.
  const prefix = `${environment}-2`;
  const recent = await names(store, environment, {
    prefix,
    after: `${environment}-${runTime(new Date(Date.now() - month))}`,
  });
  yield* recent;
  const known = new Set(recent);
  for (const run of await names(store, environment, { prefix })) if (!known.has(run)) yield run;
}

async function names(store: Store, environment: string, wanted: ListedNames): Promise<string[]> {
  const runs = await store.list('journals', wanted);
  return runs
    .filter((run) => readRunId(run)?.environment === environment)
    .sort()
    .reverse();
}
