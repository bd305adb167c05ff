import type { RemainingFile } from './remaining-file.js';

export interface DeadlineWatchOptions {
  /** For people: what ends, or happens, at the deadline. */
  readonly what: string;
  /** On the monotonic clock; Infinity: nothing is due. */
  readonly due: () => number;
  /** As the state has it committed: tells to which commit a note of what is left belongs. */
  readonly committedMilliseconds: () => number | undefined;
  readonly remaining: RemainingFile;
  readonly monotonic: () => number;
  readonly act: () => Promise<void>;
  readonly say: (line: string) => void;
}

const tickMilliseconds = 1_000;

/** Acts once a deadline has passed on the monotonic clock; until then notes each second what is left, for a restart. */
export class DeadlineWatch {
  private timer: NodeJS.Timeout | undefined;
  private readonly options: DeadlineWatchOptions;

  constructor(options: DeadlineWatchOptions) {
    this.options = options;
  }

  /** To be called whenever the deadline may have moved. */
  look(): void {
    clearTimeout(this.timer);
    const left = this.left();
    if (left === Infinity) return;
    if (left <= 0) void this.act();
    else this.timer = setTimeout(() => this.tick(), Math.min(left, tickMilliseconds));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private left(): number {
    return this.options.due() - this.options.monotonic();
  }

  private tick(): void {
    const { remaining, what, say } = this.options;
    const committed = this.options.committedMilliseconds();
    const left = this.left();
    if (committed !== undefined && left > 0) {
      remaining
        .write(committed, left)
        .catch((error: unknown) => say(`what is left of the time of ${what} could not be noted: ${String(error)}`));
    }
    this.look();
  }

  private async act(): Promise<void> {
    const { act, what, say } = this.options;
    try {
      await act();
    } catch (error) {
      say(`${what} could not be done: ${String(error)}`);
    }
  }
}
