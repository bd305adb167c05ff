import { prunedLineSchema, type PrunedLine } from '../contract/pruned.js';
import { appendLine } from './append-line.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

/** Throws StoreError. */
export async function recordPruned(store: Store, environment: string, line: PrunedLine): Promise<void> {
  await appendLine(store, streamOf(environment), line);
}

/** The newest; undefined where nobody has pruned yet. */
export async function readLastPruned(store: Store, environment: string): Promise<PrunedLine | undefined> {
  const stream = streamOf(environment);
  const last = await store.last(stream);
  if (last === undefined) return undefined;
  const [record] = (await store.read(stream, last)).records;
  return record && parseRecord(prunedLineSchema, record.text, `${stream}, line ${last} in ${store.place}`);
}

function streamOf(environment: string): string {
  return `pruned/${environment}`;
}
