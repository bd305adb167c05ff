import type { Histogram, ServiceSample } from '../ports/metrics.js';

/** Why these numbers can't be believed, or undefined when they can. */
export function unreadable(sample: ServiceSample): string | undefined {
  if (!isCount(sample.requests)) return `its number of requests is ${String(sample.requests)}`;
  if (!isCount(sample.errors)) return `its number of errors is ${String(sample.errors)}`;
  if (sample.errors > sample.requests) return `it has ${sample.errors} errors in ${sample.requests} requests`;
  return undefined;
}

export function unreadableHistogram({ bounds, counts }: Histogram): string | undefined {
  if (bounds.length !== counts.length) return `its latencies have ${bounds.length} bounds and ${counts.length} counts`;
  const wrongBound = bounds.find((bound, index) => !(index === 0 ? bound >= 0 : bound > (bounds[index - 1] ?? 0)));
  if (wrongBound !== undefined) return `its latency bounds do not increase at ${String(wrongBound)}`;
  const wrongCount = counts.find((count) => !isCount(count));
  if (wrongCount !== undefined) return `one of its latency counts is ${String(wrongCount)}`;
  return undefined;
}

export function sameBounds(one: Histogram, other: Histogram): boolean {
  return one.bounds.length === other.bounds.length && one.bounds.every((bound, index) => bound === other.bounds[index]);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
