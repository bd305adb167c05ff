import type { LoadGroup, LoadSecond } from './load/lines.js';

export interface Answered {
  readonly requests: number;
  /** Answers that were not 2xx and broken connections, by what they were. */
  readonly failures: Readonly<Record<string, number>>;
  /** Wall clock in milliseconds at which the last of these requests began; undefined: there was none. */
  readonly lastBegan: number | undefined;
}

/** What the load generator said so far. */
export class TrafficLog {
  readonly seconds: LoadSecond[] = [];
  readonly #waiting = new Set<() => void>();

  add(second: LoadSecond): void {
    this.seconds.push(second);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves with the next second. */
  async next(): Promise<LoadSecond> {
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
    const last = this.seconds.at(-1);
    if (last === undefined) throw new Error('woken without a second');
    return last;
  }

  /** Of the seconds since this one, what these groups answered. */
  since(index: number, wanted: (group: LoadGroup) => boolean = () => true): Answered {
    const groups = this.seconds.slice(index).flatMap((second) => second.groups.filter(wanted));
    const failures: Record<string, number> = {};
    for (const [reason, count] of groups.flatMap((group) => Object.entries(group.failures))) {
      failures[reason] = (failures[reason] ?? 0) + count;
    }
    return {
      requests: groups.reduce((sum, group) => sum + group.requests, 0),
      failures,
      lastBegan: groups.length === 0 ? undefined : Math.max(...groups.map(({ lastBegan }) => lastBegan)),
    };
  }
}

export function failed({ failures }: Answered): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}
