import { StoreError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import type { Store } from './store.js';

const triesAtAppending = 20;

/** Adds a line at the end of a stream that several processes write to; its sequence. Throws StoreError. */
export async function appendLine(store: Store, stream: string, line: object): Promise<number> {
  for (let tried = 0; tried < triesAtAppending; tried += 1) {
    const sequence = ((await store.last(stream)) ?? -1) + 1;
    if (await appendLineAt(store, stream, sequence, line)) return sequence;
  }
  throw new StoreError(`${stream}: others write to it faster than this process`, { retryable: true });
}

/** Only where nobody has written anything since the stream was read up to there. */
export async function appendLineAt(store: Store, stream: string, sequence: number, line: object): Promise<boolean> {
  return (await store.append(stream, sequence, canonicalJson(line))) === 'appended';
}
