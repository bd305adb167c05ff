import type { Histogram } from '../ports/metrics.js';
import { sameBounds } from './unreadable.js';

/** Undefined when their bounds differ: counts of different buckets can't be added. */
export function mergeHistograms(one: Histogram, other: Histogram): Histogram | undefined {
  if (!sameBounds(one, other)) return undefined;
  return { bounds: one.bounds, counts: one.counts.map((count, index) => count + (other.counts[index] ?? 0)) };
}
