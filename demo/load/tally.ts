import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { LoadFailure, LoadGroup } from './lines.js';

/** What became of one request. */
export interface Sent {
  readonly version: string | null;
  readonly colour: string | null;
  /** Wall clock in milliseconds at which it began. */
  readonly began: number;
  readonly milliseconds: number;
  readonly failure?: LoadFailure;
}

interface Group {
  readonly version: string | null;
  readonly colour: string | null;
  readonly failures: Record<string, number>;
  readonly microseconds: RecordableHistogram;
  requests: number;
  firstBegan: number;
  lastBegan: number;
}

/** Counts requests by who answered them. */
export class Tally {
  readonly #groups = new Map<string, Group>();
  requests = 0;

  add(sent: Sent): void {
    const group = this.#groupOf(sent);
    group.requests += 1;
    this.requests += 1;
    group.firstBegan = Math.min(group.firstBegan, sent.began);
    group.lastBegan = Math.max(group.lastBegan, sent.began);
    group.microseconds.record(Math.max(1, Math.round(sent.milliseconds * 1_000)));
    if (sent.failure !== undefined) {
      group.failures[sent.failure.reason] = (group.failures[sent.failure.reason] ?? 0) + 1;
    }
  }

  groups(): LoadGroup[] {
    return [...this.#groups.values()].map(({ microseconds, ...group }) => ({
      ...group,
      milliseconds: { p50: at(microseconds, 50), p95: at(microseconds, 95), p99: at(microseconds, 99) },
    }));
  }

  #groupOf({ version, colour }: Sent): Group {
    const key = JSON.stringify([version, colour]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        version,
        colour,
        requests: 0,
        failures: {},
        firstBegan: Number.POSITIVE_INFINITY,
        lastBegan: 0,
        microseconds: createHistogram({ figures: 3 }),
      };
      this.#groups.set(key, group);
    }
    return group;
  }
}

function at(microseconds: RecordableHistogram, percent: number): number {
  return Number((microseconds.percentile(percent) / 1_000).toFixed(2));
}
