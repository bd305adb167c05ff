import type { Bound } from '../../contract/bound.js';
import type { Entry, Section } from '../read/document.js';

export type Statistic = 'p50' | 'p90' | 'p95' | 'p99' | 'mean' | 'max';

/** What a limit is for. `baseline` is what was so far, `target` what is hoped for beside a limit that decides. */
export type Sense = 'pass' | 'alarm' | 'rollback' | 'baseline' | 'target';

/** One number that a document states about one metric. */
export interface Claim {
  readonly metric: string;
  /** Known by its words, with a direction that is bad. */
  readonly known: boolean;
  readonly bad: 'high' | 'low' | undefined;
  readonly of: string | undefined;
  readonly statistic: Statistic | undefined;
  readonly sense: Sense;
  readonly bound: Bound;
  /** Milliseconds that a bad value must last or that it is watched. */
  readonly over: number | undefined;
  readonly line: number;
  readonly text: string;
  readonly section: Section;
  /** Undefined where it stands in a block of code. */
  readonly entry: Entry | undefined;
}
