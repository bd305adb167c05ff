import type { Clock } from '../../pipeline/ports/clock.js';

/** Wakes whoever waits for it; what was rung while nobody waited is not lost. */
export class Bell {
  #rung = false;
  #waiting = new AbortController();

  ring(): void {
    this.#rung = true;
    this.#waiting.abort();
  }

  /** Until it is rung, `stop` is aborted, or so many milliseconds are over. */
  async wait(clock: Clock, milliseconds: number, stop: AbortSignal): Promise<void> {
    if (!this.#rung && !stop.aborted) {
      this.#waiting = new AbortController();
      await clock.sleep(milliseconds, AbortSignal.any([this.#waiting.signal, stop])).catch(() => undefined);
    }
    this.#rung = false;
  }
}
