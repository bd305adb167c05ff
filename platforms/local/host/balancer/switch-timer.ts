export interface SwitchTimerOptions {
  readonly monotonic: () => number;
  /** Infinity: nothing is armed. */
  readonly deadline: () => number;
  readonly due: () => void;
  readonly tick: (remainingMilliseconds: number) => void;
}

/** Calls back when the armed deadline has passed on the monotonic clock, and once a second before that. */
export class SwitchTimer {
  private timer: NodeJS.Timeout | undefined;

  private readonly options: SwitchTimerOptions;

  constructor(options: SwitchTimerOptions) {
    this.options = options;
  }

  /** To be called after every change of the deadline. */
  look(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const remaining = this.options.deadline() - this.options.monotonic();
    if (remaining === Infinity) return;
    if (remaining <= 0) {
      this.options.due();
      return;
    }
    this.timer = setTimeout(
      () => {
        const left = this.options.deadline() - this.options.monotonic();
        if (left > 0 && left !== Infinity) this.options.tick(left);
        this.look();
      },
      Math.min(remaining, 1_000),
    );
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
