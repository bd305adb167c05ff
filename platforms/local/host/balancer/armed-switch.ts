import type { CommittedState } from './committed-state.js';
import type { RemainingFile } from './remaining-file.js';
import type { BalancerState } from './state.js';
import { fireSwitch } from './switch-changes.js';

export interface ArmedSwitchOptions {
  readonly committed: CommittedState;
  readonly remaining: RemainingFile;
  readonly monotonic: () => number;
  readonly say: (line: string) => void;
}

const tickMilliseconds = 1_000;

/** Fires the armed switch when its deadline has passed on the monotonic clock; until then notes each second what is left. */
export class ArmedSwitch {
  private timer: NodeJS.Timeout | undefined;
  private readonly options: ArmedSwitchOptions;

  constructor(options: ArmedSwitchOptions) {
    this.options = options;
  }

  /** To be called whenever the deadline may have moved. */
  look(): void {
    clearTimeout(this.timer);
    const left = this.left();
    if (left === Infinity) return;
    if (left <= 0) void this.fire();
    else this.timer = setTimeout(() => this.tick(), Math.min(left, tickMilliseconds));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private left(): number {
    return this.options.committed.deadlineMonotonic - this.options.monotonic();
  }

  private tick(): void {
    const { committed, remaining, say } = this.options;
    const { armed } = committed.committed;
    const left = this.left();
    if (armed !== null && left > 0) {
      remaining
        .write(armed.remainingMilliseconds, left)
        .catch((error: unknown) => say(`what is left of the switch's time could not be noted: ${String(error)}`));
    }
    this.look();
  }

  private async fire(): Promise<void> {
    const { committed, say } = this.options;
    try {
      const { state } = await committed.change(
        (current) => (isDue(current) ? fireSwitch(current, new Date()) : current),
        () => true,
      );
      if (state.fired !== null) say(`the switch of run ${state.fired.run} has fired with token ${state.fired.token}`);
    } catch (error) {
      say(`the switch could not fire: ${String(error)}`);
    }
  }
}

/** The deadline may have moved while the firing waited for its turn. */
function isDue({ armed }: BalancerState): boolean {
  return armed !== null && armed.remainingMilliseconds <= 0;
}
