import { binomialTail } from './binomial-tail.js';

export interface Distinction {
  /** The rate of a good slot, in percent. */
  readonly fromPercent: number;
  /** The rate of a bad one. */
  readonly toPercent: number;
  /** Chance of taking the good for the bad, 0 to 1. */
  readonly alpha: number;
  /** Chance of seeing the bad, 0 to 1. */
  readonly power: number;
}

/**
 * The fewest requests of the slot that tell one error rate from another (one-sided exact binomial test). The sequential
 * tests of `judge` need about as many in the median. Undefined when the second is not above the first: no number would.
 */
export function requestsNeeded({ fromPercent, toPercent, alpha, power }: Distinction): number | undefined {
  if (!(toPercent > fromPercent) || fromPercent < 0 || toPercent > 100) return undefined;
  if (!(alpha > 0 && alpha < 1 && power > 0 && power < 1)) return undefined;
  const seen = (failures: number): number =>
    firstWhere((requests) => binomialTail(failures, requests, toPercent / 100) >= power, failures);
  const enough = (failures: number): boolean => binomialTail(failures, seen(failures), fromPercent / 100) <= alpha;
  return seen(firstWhere(enough, 1));
}

/** The least whole number from `least` on for which a condition holds that goes on holding. */
function firstWhere(holds: (count: number) => boolean, least: number): number {
  let step = 1;
  while (!holds(least + step - 1)) step *= 2;
  let low = least + Math.floor(step / 2) - 1;
  let high = least + step - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
