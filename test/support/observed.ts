import type { PlannedRules } from '../../contract/plan.js';
import type { JudgementRequest } from '../../pipeline/analysis/judgement-request.js';
import type { Histogram, Observation, ServiceSample } from '../../pipeline/ports/metrics.js';

type Limits = PlannedRules['limits'];

/** A request to judge green's `api` beside blue, with these limits and no others. */
export function asking(
  limits: Partial<Limits>,
  rules: Partial<JudgementRequest['rules']> = {},
  others: Partial<Omit<JudgementRequest, 'rules'>> = {},
): JudgementRequest {
  const none = { errorPercent: {}, p50Milliseconds: {}, p95Milliseconds: {}, p99Milliseconds: {} };
  return {
    services: ['api'],
    to: 'green',
    from: 'blue',
    ...others,
    rules: {
      limits: { ...none, ...limits },
      minimumRequests: 300,
      falseAlarmPercent: 1,
      weights: [10, 50, 100],
      ...rules,
    },
  };
}

export function observed(green: ServiceSample | undefined, blue?: ServiceSample, complete = true): Observation {
  return {
    complete,
    seconds: 60,
    samples: { green: green === undefined ? {} : { api: green }, blue: blue === undefined ? {} : { api: blue } },
  };
}

export function sample(requests: number, errors: number, latency?: Histogram): ServiceSample {
  return { requests, errors, latency };
}

/** From pairs of upper bound in milliseconds and count. */
export function histogram(...buckets: readonly (readonly [number, number])[]): Histogram {
  return { bounds: buckets.map(([bound]) => bound), counts: buckets.map(([, count]) => count) };
}
