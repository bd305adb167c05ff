import { PlatformError } from '../../../../contract/errors.js';
import type { BalancerState } from './state.js';

export interface Commit {
  readonly state: BalancerState;
  /** False: in force, but not written down yet; that is tried again until it succeeds. */
  readonly saved: boolean;
}

export interface CommittedStateOptions {
  readonly initial: BalancerState;
  readonly write: (state: BalancerState) => Promise<void>;
  /** Puts a committed state into force; synchronous, so that no request sees half of it. */
  readonly apply: (state: BalancerState) => void;
  /** Milliseconds that never go backwards. */
  readonly monotonic: () => number;
  readonly say: (line: string) => void;
}

const retryMilliseconds = 1_000;

/** Serves changes one after the other: decide, write down, swap. */
export class CommittedState {
  private state: BalancerState;
  /** When the armed switch is due, on the monotonic clock. */
  private deadline = Infinity;
  /** When maintenance is over, on the same clock. */
  private maintenanceEnd = Infinity;
  private queue: Promise<unknown> = Promise.resolve();
  private unsaved = false;
  private retry: NodeJS.Timeout | undefined;

  private readonly options: CommittedStateOptions;

  constructor(options: CommittedStateOptions) {
    this.options = options;
    this.state = options.initial;
    this.take(options.initial, options.monotonic());
  }

  /** With what remains of the switch's time, and of maintenance, right now. */
  get current(): BalancerState {
    const { armed, maintenance } = this.state;
    if (armed === null && maintenance === null) return this.state;
    const now = this.options.monotonic();
    const left = (due: number): number => Math.max(0, due - now);
    return {
      ...this.state,
      armed: armed && { ...armed, remainingMilliseconds: left(this.deadline) },
      maintenance: maintenance && { ...maintenance, remainingMilliseconds: left(this.maintenanceEnd) },
    };
  }

  /** As it was decided last, with what remained of the switch's time then. */
  get committed(): BalancerState {
    return this.state;
  }

  get saved(): boolean {
    return !this.unsaved;
  }

  get deadlineMonotonic(): number {
    return this.deadline;
  }

  get maintenanceEndMonotonic(): number {
    return this.maintenanceEnd;
  }

  /**
   * Throws what `decide` throws, with nothing changed. A change comes into force once it is written down, and is
   * refused (PlatformError) when it can't be; one that is `urgent` comes into force first and is written down after
   * that, as soon as that can be done: taking traffic back waits for no disk. A crash in between comes back with the
   * state before, which nobody was told is over.
   */
  change(
    decide: (state: BalancerState) => BalancerState,
    urgent: (next: BalancerState) => boolean = () => false,
  ): Promise<Commit> {
    const turn = this.queue.then(async () => {
      const at = this.options.monotonic();
      const next = decide(this.current);
      const first = urgent(next);
      if (first) this.enforce(next, at);
      try {
        await this.options.write(next);
        this.unsaved = false;
      } catch (cause) {
        if (!this.unsaved) this.options.say(`the state can't be written down: ${String(cause)}`);
        this.unsaved = true;
        this.saveLater();
        if (!first) {
          throw new PlatformError('the balancer could not write its state down, so nothing was changed', {
            cause,
            hint: 'is the disk full or the folder not writable?',
          });
        }
      }
      if (!first) this.enforce(next, at);
      return { state: next, saved: !this.unsaved };
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when every change asked for so far is done. */
  async settled(): Promise<void> {
    clearTimeout(this.retry);
    this.retry = undefined;
    await this.queue;
  }

  private enforce(next: BalancerState, at: number): void {
    this.take(next, at);
    this.options.apply(next);
  }

  private take(next: BalancerState, at: number): void {
    this.state = next;
    this.deadline = next.armed === null ? Infinity : at + next.armed.remainingMilliseconds;
    this.maintenanceEnd = next.maintenance === null ? Infinity : at + next.maintenance.remainingMilliseconds;
  }

  private saveLater(): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.change(
        (state) => state,
        () => true,
      ).then(
        ({ saved }) => {
          if (saved) this.options.say('the state is written down again');
        },
        (error: unknown) => this.options.say(`state not saved: ${String(error)}`),
      );
    }, retryMilliseconds);
    this.retry.unref();
  }
}
