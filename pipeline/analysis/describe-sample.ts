import type { Json } from '../../contract/json.js';
import type { Histogram, ServiceSample } from '../ports/metrics.js';
import { countOf, percentile } from './percentile.js';
import { rounded } from './rounded.js';
import { unreadableHistogram } from './unreadable.js';

/** What was seen of one service in one slot, as evidence: numbers that JSON can't carry become text. */
export function describeSample(sample: ServiceSample | undefined): Json {
  if (sample === undefined) return null;
  const { latency } = sample;
  return {
    requests: asJson(sample.requests),
    errors: asJson(sample.errors),
    latency: latency === undefined ? null : describeLatency(latency),
  };
}

function describeLatency(latency: Histogram): Json {
  const doubt = unreadableHistogram(latency);
  if (doubt !== undefined) return { unusable: doubt };
  const at = (share: number) => {
    const milliseconds = percentile(latency, share);
    return milliseconds === undefined ? null : rounded(milliseconds);
  };
  return { requests: countOf(latency), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function asJson(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}
