import type { Clock } from '../../pipeline/ports/clock.js';

/** A clock that stands still until somebody sleeps: then it leaps. */
export class LeapingClock implements Clock {
  #milliseconds = 0;
  readonly #start: number;

  constructor(start = '2026-01-01T12:00:10.000Z') {
    this.#start = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#start + this.#milliseconds);
  }

  monotonic(): number {
    return this.#milliseconds;
  }

  async sleep(duration: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.leap(duration);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }

  leap(duration: number): void {
    this.#milliseconds += duration;
  }
}
