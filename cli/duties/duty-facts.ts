import type { DutiesConfiguration, DutyLine } from '../../contract/duty.js';
import type { RunState } from '../../journal/run-state.js';
import type { Standing } from './duty.js';

export interface DutyFacts {
  readonly state: RunState;
  readonly lines: readonly DutyLine[];
  readonly standing: Standing;
  readonly configuration: DutiesConfiguration;
  /** What it costs that the slot which was live before still stands; undefined: it is gone. 'unknown' where it can't be seen. */
  readonly besideCosts: string | undefined;
  /** Version of the release that stands in that slot; undefined where it can't be seen. */
  readonly besideHolds?: string | undefined;
  readonly now: Date;
}
