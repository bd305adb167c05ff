import type { Histogram } from '../ports/metrics.js';

export function countOf(histogram: Histogram): number {
  return histogram.counts.reduce((sum, count) => sum + count, 0);
}

/** Lower and upper bound, in milliseconds, of the bucket in which this share (0 to 1) of the requests is reached. */
export function bucketOf(
  histogram: Histogram,
  share: number,
): { readonly low: number; readonly high: number; readonly part: number } | undefined {
  const rank = share * countOf(histogram);
  let below = 0;
  let low = 0;
  for (const [index, high] of histogram.bounds.entries()) {
    const count = histogram.counts[index] ?? 0;
    if (count > 0 && below + count >= rank) return { low, high, part: Math.max(0, rank - below) / count };
    below += count;
    low = high;
  }
  return undefined;
}

/**
 * Milliseconds by linear interpolation in the bucket, as Prometheus' histogram_quantile does; in a bucket without an
 * end, its beginning. Undefined without requests.
 */
export function percentile(histogram: Histogram, share: number): number | undefined {
  const bucket = bucketOf(histogram, share);
  if (bucket === undefined) return undefined;
  return Number.isFinite(bucket.high) ? bucket.low + (bucket.high - bucket.low) * bucket.part : bucket.low;
}

/** Requests that were certainly slower: those in buckets that begin at or above this many milliseconds. */
export function slowerThan(histogram: Histogram, milliseconds: number): number {
  return histogram.counts.reduce(
    (sum, count, index) => (index > 0 && (histogram.bounds[index - 1] ?? 0) >= milliseconds ? sum + count : sum),
    0,
  );
}
