import type { Limit } from '../../contract/rules.js';
import type { PlannedRules } from '../../contract/plan.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Histogram, ServiceSample } from '../ports.js';
import { broken } from './circuit-breaker.js';
import type { Circumstances } from './circumstances.js';
import { judgeLimit } from './judge-limit.js';
import { measureErrors, measureLatency, type Measurement } from './measurement.js';
import { sameBounds, unreadable, unreadableHistogram } from './unreadable.js';

type Limits = PlannedRules['limits'];

const percentiles = [
  ['p50', 'p50Milliseconds', 0.5],
  ['p95', 'p95Milliseconds', 0.95],
  ['p99', 'p99Milliseconds', 0.99],
] as const;

/** One verdict per rule that applies to the service, by metric. */
export function judgeService(
  slot: ServiceSample | undefined,
  live: ServiceSample | undefined,
  limits: Limits,
  circumstances: Circumstances,
): Readonly<Record<string, Verdict>> {
  const { to, minimumRequests, complete } = circumstances;
  if (slot === undefined) return { requests: unknown(`no data of ${to}`) };
  const doubt = unreadable(slot);
  if (doubt !== undefined) return { requests: unknown(`unusable data of ${to}: ${doubt}`) };
  const other = live === undefined || unreadable(live) !== undefined ? undefined : live;

  if (broken(slot)) {
    const told = `${slot.errors} of ${slot.requests} requests failed`;
    return {
      circuitBreaker:
        other !== undefined && broken(other)
          ? unknown(`${told}, and in the live slot ${other.errors} of ${other.requests}: both are broken`)
          : { answer: 'no', because: told, evidence: { requests: slot.requests, errors: slot.errors } },
    };
  }
  const verdicts: Record<string, Verdict> = { requests: judgeAmount(slot, minimumRequests, complete) };
  if (isSet(limits.errorPercent)) {
    verdicts['errorPercent'] = judgeMeasured(
      'error rate',
      measureErrors(slot, other),
      limits.errorPercent,
      circumstances,
    );
  }
  for (const [name, metric, share] of percentiles) {
    const limit = limits[metric];
    if (isSet(limit)) verdicts[metric] = judgeLatency(name, slot.latency, other?.latency, share, limit, circumstances);
  }
  return verdicts;
}

function judgeLatency(
  name: string,
  slot: Histogram | undefined,
  live: Histogram | undefined,
  share: number,
  limit: Limit,
  circumstances: Circumstances,
): Verdict {
  if (slot === undefined) return unknown(`${name}: no latencies of ${circumstances.to}`);
  const doubt = unreadableHistogram(slot);
  if (doubt !== undefined) return unknown(`${name}: unusable data of ${circumstances.to}: ${doubt}`);
  const usable =
    live !== undefined && unreadableHistogram(live) === undefined && sameBounds(slot, live) ? live : undefined;
  return judgeMeasured(name, measureLatency(slot, usable, share), limit, circumstances);
}

function judgeMeasured(
  name: string,
  measured: Measurement | undefined,
  limit: Limit,
  circumstances: Circumstances,
): Verdict {
  return measured === undefined
    ? unknown(`${name}: no requests yet`)
    : judgeLimit(name, measured, limit, circumstances);
}

function judgeAmount(slot: ServiceSample, minimumRequests: number, complete: boolean): Verdict {
  const evidence = { requests: slot.requests, minimumRequests };
  if (slot.requests < minimumRequests) {
    return {
      answer: 'unknown',
      because: `${slot.requests} of the ${minimumRequests} requests that a yes needs`,
      evidence,
    };
  }
  if (!complete) return { answer: 'unknown', because: 'counters were lost in between', evidence };
  return { answer: 'yes', because: `${slot.requests} requests`, evidence };
}

function isSet(limit: Limit | undefined): limit is Limit {
  return limit?.pass !== undefined || limit?.fail !== undefined || limit?.failWorseByPercent !== undefined;
}

function unknown(because: string): Verdict {
  return { answer: 'unknown', because, evidence: {} };
}
