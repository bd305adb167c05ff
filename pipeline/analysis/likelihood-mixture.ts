/** Factors over the tested line that a worse slot may plausibly show: spaced evenly on a log scale, equally likely. */
export function logSpaced(from: number, to: number, count: number): readonly number[] {
  const step = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, index) => from * Math.exp(index * step));
}

/**
 * Log of the mean of likelihood ratios given by their logs. A mean of test martingales is one again, so the finite
 * mixture is exact and not an approximation of an integral.
 */
export function logMean(logs: readonly number[]): number {
  const highest = Math.max(...logs);
  if (!Number.isFinite(highest)) return highest;
  return highest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / logs.length);
}
