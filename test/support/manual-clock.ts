import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../pipeline/ports/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Time that passes only when the test says so; the wall may be set apart from it. */
export class ManualClock implements Clock {
  #time = 0;
  #wall = Date.parse('2026-01-01T00:00:00Z');
  #sleepers: Sleeper[] = [];

  now(): Date {
    return new Date(this.#wall);
  }

  monotonic(): number {
    return this.#time;
  }

  setWall(wall: string): void {
    this.#wall = Date.parse(wall);
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const sleeper = { due: this.#time + duration, wake };
      if (signal?.aborted) {
        giveUp();
        return;
      }
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Wakes every sleeper that is due, in order, and lets each do its work before the next. */
  async advance(duration: number): Promise<void> {
    const until = this.#time + duration;
    await settle();
    for (;;) {
      const next = this.#sleepers.filter(({ due }) => due <= until).sort((one, other) => one.due - other.due)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#wall += next.due - this.#time;
      this.#time = next.due;
      next.wake();
      await settle();
    }
    this.#wall += until - this.#time;
    this.#time = until;
  }
}

/** Enough turns of the event loop for what runs in memory to come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}
