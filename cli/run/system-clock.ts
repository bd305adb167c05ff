import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../pipeline/ports/clock.js';

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  async sleep(duration, signal) {
    try {
      await wait(duration, undefined, signal ? { signal } : {});
    } catch (error) {
      // node rejects with an AbortError of its own; what counts is why it was aborted.
      if (signal?.aborted) throw signal.reason;
      throw error;
    }
  },
};
