/** Upper bounds in milliseconds, each 5 % above the one before, from 1 ms to about 10 s. */
export const latencyBounds: readonly number[] = Array.from({ length: 190 }, (_, index) => 1.05 ** index);

const median = 20;
const spread = 0.5;

/** Counts per bucket of a log-normal latency with median 20 ms, multiplied by `factor`. */
export function latencyOf(requests: number, factor: number): number[] {
  let given = 0;
  return latencyBounds.map((bound) => {
    const below = Math.round(requests * normal(Math.log(bound / (median * factor)) / spread));
    const count = below - given;
    given = below;
    return count;
  });
}

/** Normal distribution function by Abramowitz and Stegun 7.1.26; good to 1.5e-7. */
function normal(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp((-z * z) / 2);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
