import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../pipeline/ports/clock.js';

/** Real time, so many times as fast: for fake worlds with a real database in them, which no jump of a clock may outrun. */
export class QuickClock implements Clock {
  readonly #from: number;
  readonly #began = performance.now();
  readonly #speed: number;
  readonly #onAdvance: (time: number) => void;

  constructor(from: number, speed: number, onAdvance: (time: number) => void) {
    this.#from = from;
    this.#speed = speed;
    this.#onAdvance = onAdvance;
  }

  now(): Date {
    return new Date();
  }

  monotonic(): number {
    return this.#from + (performance.now() - this.#began) * this.#speed;
  }

  async sleep(duration: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    try {
      await pause(duration / this.#speed, undefined, { ...(signal ? { signal } : {}) });
    } catch {
      signal?.throwIfAborted();
    }
    this.#onAdvance(this.monotonic());
  }
}
