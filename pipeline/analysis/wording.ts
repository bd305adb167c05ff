import type { Limit } from '../../contract/rules.js';
import type { Circumstances } from './circumstances.js';
import type { Measurement } from './measurement.js';
import type { Relative } from './relative.js';

export interface Wording {
  /** The value and the requests that it rests on. */
  readonly seen: string;
  readonly aboveLimit: string;
  readonly between: string;
  readonly worse: string;
  /** The live slot's value, to be put last; empty when there is none. */
  readonly beside: string;
}

export function wordingOf(
  name: string,
  { slot, live, show }: Measurement,
  { pass = 0, fail }: Limit,
  { worseByPercent = 0 }: Relative,
  { from }: Circumstances,
): Wording {
  const seen = `${name} ${show(slot.value)} of ${slot.requests} requests`;
  const much = Number.isFinite(worseByPercent) ? `${Math.round(worseByPercent)} % ` : '';
  return {
    seen,
    aboveLimit: fail === undefined ? seen : `${seen}, above the limit of ${show(fail)}`,
    between: fail === undefined ? `${seen}, above ${show(pass)}` : `${seen}, between ${show(pass)} and ${show(fail)}`,
    worse: `${much}worse than the live slot`,
    beside: live === undefined || from === null ? '' : `; ${from} ${show(live.value)} of ${live.requests}`,
  };
}
