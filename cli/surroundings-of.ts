import { readLease } from '../journal/lease.js';
import type { Store } from '../journal/store.js';
import { StoredProofs } from '../journal/stored-proofs.js';
import type { Surroundings } from '../platforms/open.js';
import { systemClock } from './run/system-clock.js';

/** What every platform is opened with. */
export function surroundingsOf(environment: string, store: Store, engine: Surroundings['engine']): Surroundings {
  return {
    engine,
    clock: systemClock,
    keeper: store,
    proofs: new StoredProofs(store, environment),
    highestToken: async () => (await readLease(store, environment))?.lease.token ?? 0,
    tell: (line) => void process.stderr.write(`${line}\n`),
  };
}
