import type { Clock } from '../../pipeline/ports/clock.js';
import { TransientError } from './transient-error.js';

export interface Patience {
  readonly clock: Clock;
  /** Milliseconds after which the last failure is thrown. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
}

const firstPause = 200;
const longestPause = 5_000;

/** Repeats a call that failed for a while, with pauses that double up to 5 s and are drawn at random (full jitter, from half). */
export async function persist<Value>(call: () => Promise<Value>, patience: Patience): Promise<Value> {
  const end = patience.clock.monotonic() + patience.within;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    patience.signal?.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      const wait = pause * (0.5 + Math.random() / 2);
      if (!(error instanceof TransientError) || patience.clock.monotonic() + wait > end) throw error;
      await patience.clock.sleep(wait, patience.signal);
    }
  }
}
