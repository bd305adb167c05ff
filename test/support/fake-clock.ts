import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../pipeline/ports/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Virtual time: whenever everything waits, the clock jumps to the earliest sleeper. Nothing really sleeps. */
export class FakeClock implements Clock {
  private time: number;
  private readonly wallAtZero: number;
  private readonly sleepers: Sleeper[] = [];
  private pumping = false;
  /** Time stands still as long as this says yes: somebody works who needs real time. */
  working: () => boolean = () => false;
  /** Called with the new time after each jump. */
  onAdvance: (time: number) => void = () => undefined;

  constructor(time = 0, wall = '2026-01-01T00:00:00Z') {
    this.time = time;
    this.wallAtZero = Date.parse(wall);
  }

  now(): Date {
    return new Date(this.wallAtZero + this.time);
  }

  monotonic(): number {
    return this.time;
  }

  advance(duration: number): void {
    this.time += duration;
    this.onAdvance(this.time);
  }

  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const index = this.sleepers.indexOf(sleeper);
        if (index >= 0) this.sleepers.splice(index, 1);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const sleeper: Sleeper = { due: this.time + duration, wake };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', giveUp, { once: true });
      void this.pump();
    });
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    while (this.sleepers.length > 0) {
      do await everythingWaits();
      while (this.working());
      this.sleepers.sort((one, other) => one.due - other.due);
      const next = this.sleepers.shift();
      if (!next) break;
      if (next.due > this.time) this.advance(next.due - this.time);
      next.wake();
    }
    this.pumping = false;
  }
}

const realWork = /^(FSReq|TCPConnect|GetAddrInfo)/;

/** Two turns of the event loop let everything that can run do so; real files and connections get the time that they take. */
async function everythingWaits(): Promise<void> {
  do {
    await setImmediate();
    await setImmediate();
  } while (process.getActiveResourcesInfo().some((name) => realWork.test(name)));
}
