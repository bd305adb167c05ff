import type { Verdict } from '../../contract/verdict.js';

/** What one rule says about one service; `because` is without the service's name. */
export interface Finding extends Verdict {
  /** Unknown only because there were too few requests so far: nothing to worry about yet. */
  readonly lacking?: true;
}
