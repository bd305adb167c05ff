import { StoreError } from '../contract/errors.js';
import type { EventBody } from '../contract/event.js';
import type { Clock } from './ports/clock.js';
import { RecordError } from './endings.js';

export type Append = (body: EventBody) => Promise<void>;

const firstPause = 100;
const longestPause = 2_000;

/** Retries a store that can't be written, for at most `within` milliseconds; then throws RecordError. Being fenced is not retried. */
export function recorder(append: Append, clock: Clock, within: number): Append {
  return async (body) => {
    const began = clock.monotonic();
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        await append(body);
        return;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (clock.monotonic() - began + pause > within) {
          throw new RecordError(`the journal can't be written: ${error.message}`, { cause: error });
        }
        await clock.sleep(pause);
      }
    }
  };
}
