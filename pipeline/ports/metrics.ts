import type { Colour } from '../../contract/colour.js';
import type { Mark } from './mark.js';

/** Upper bounds in milliseconds with a count each, cumulative not: `counts[i]` lie at or below `bounds[i]` and above the bound before. */
export interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

export interface ServiceSample {
  readonly requests: number;
  /** Answers 5xx, and requests that got no answer from the slot. */
  readonly errors: number;
  /** Undefined: the platform has no latencies for this time. */
  readonly latency: Histogram | undefined;
}

export interface Observation {
  /** What the platform can vouch for since the mark; `false` when counters were lost in between. */
  readonly complete: boolean;
  readonly seconds: number;
  /** Per slot and service. A service without an entry has no data, which is not the same as zero requests. */
  readonly samples: Readonly<Record<Colour, Readonly<Record<string, ServiceSample>>>>;
}

export interface Metrics {
  mark(): Promise<Mark>;
  /** Users' requests only, since the mark. */
  observe(since: Mark, signal?: AbortSignal): Promise<Observation>;
}
