import type { Answer } from '../../contract/verdict.js';

/** Two-sided 99.9 % of the normal distribution. */
const z = 3.2905;

/**
 * Do so many of the requests fit a share of `percent`? The score interval of a binomial (Wilson 1927), with continuity
 * correction: at 0 % or 100 % a single request on the wrong side says no.
 */
export function shareFits(requests: number, ofAll: number, percent: number, minimum: number): Answer {
  if (ofAll === 0) return 'unknown';
  const share = percent / 100;
  const margin = z * Math.sqrt((share * (1 - share)) / ofAll) + (share > 0 && share < 1 ? 0.5 / ofAll : 0);
  if (Math.abs(requests / ofAll - share) > margin) return 'no';
  return ofAll < minimum ? 'unknown' : 'yes';
}
