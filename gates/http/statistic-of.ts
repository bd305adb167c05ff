export type Statistic = 'p50' | 'p90' | 'p95' | 'p99' | 'mean' | 'max';

/** Of a few values, the nearest rank for percentiles (Hyndman and Fan 1996, definition 1). */
export function statisticOf(values: readonly number[], statistic: Statistic): number {
  const sorted = values.toSorted((one, other) => one - other);
  if (statistic === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
  const share = statistic === 'max' ? 1 : Number(statistic.slice(1)) / 100;
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? NaN;
}
