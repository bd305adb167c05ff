import { statfs } from 'node:fs/promises';
import { OperatorError } from '../../contract/errors.js';
import type { Store } from '../../journal/store.js';
import { fine, wrong, type Check } from './check.js';

const stream = 'doctor';
const leastFree = 200 * 1024 * 1024;

/** Writes a record, sees that nobody could write it again, and removes it: what journals and leases live on. */
export async function checkStore(store: Store): Promise<Check> {
  try {
    await store.mend(stream);
    const sequence = ((await store.last(stream)) ?? -1) + 1;
    const first = await store.append(stream, sequence, '{"format":1}');
    const second = await store.append(stream, sequence, '{"format":1}');
    await store.remove(stream, sequence);
    // Another doctor may have been faster; what counts is that the second write was refused.
    if (first === 'appended' && second !== 'exists') {
      return wrong(
        'store',
        `${store.place} lets a record be written twice`,
        'use a store that refuses: there is no fence without that',
      );
    }
    return fine('store', `${store.place} can be written, and refuses to write twice`);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return wrong('store', error.message, error.hint);
  }
}

/** Of a folder that exists already. */
export async function checkSpace(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const words = `${Math.floor(free / 1024 / 1024)} MiB free at ${folder}`;
  return free >= leastFree
    ? fine('space', words)
    : wrong('space', words, 'free some: a full disk stops runs, and can cost Pulumi its state');
}
