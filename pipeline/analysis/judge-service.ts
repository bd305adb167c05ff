import type { PlannedRules } from '../../contract/plan.js';
import type { Limit } from '../../contract/rules.js';
import type { Histogram, ServiceSample } from '../ports/metrics.js';
import { broken } from './circuit-breaker.js';
import type { Circumstances } from './circumstances.js';
import type { Finding } from './finding.js';
import { judgeLimit } from './judge-limit.js';
import { measureErrors, measureLatency } from './measurement.js';
import { sameBounds, unreadable, unreadableHistogram } from './unreadable.js';

const percentiles = [
  ['p50', 'p50Milliseconds', 0.5],
  ['p95', 'p95Milliseconds', 0.95],
  ['p99', 'p99Milliseconds', 0.99],
] as const;

/** One finding per rule that applies to the service, by the rule's name. */
export function judgeService(
  slot: ServiceSample | undefined,
  live: ServiceSample | undefined,
  limits: PlannedRules['limits'],
  circumstances: Circumstances,
): Readonly<Record<string, Finding>> {
  if (slot === undefined) return { data: unknown(`no data of ${circumstances.to}`) };
  const doubt = unreadable(slot);
  if (doubt !== undefined) return { data: unknown(`unusable data of ${circumstances.to}: ${doubt}`) };
  const other = live === undefined || unreadable(live) !== undefined ? undefined : live;

  const errorPercent = judgeErrors(slot, other, limits.errorPercent, circumstances);
  const findings: Record<string, Finding> =
    broken(slot) && errorPercent.answer !== 'no' ? { circuitBreaker: judgeBroken(slot, other) } : { errorPercent };
  for (const [name, metric, share] of percentiles) {
    const limit = limits[metric];
    if (isSet(limit)) findings[metric] = judgeLatency(name, slot.latency, other?.latency, share, limit, circumstances);
  }
  return findings;
}

function judgeBroken(slot: ServiceSample, live: ServiceSample | undefined): Finding {
  const told = `${slot.errors} of ${slot.requests} requests failed`;
  if (live !== undefined && broken(live)) {
    return unknown(`${told}, but so did ${live.errors} of ${live.requests} of the live slot`);
  }
  return { answer: 'no', because: told, evidence: { requests: slot.requests, errors: slot.errors } };
}

/** Also where no limit is set: this is where the minimum of requests is asked for. */
function judgeErrors(
  slot: ServiceSample,
  live: ServiceSample | undefined,
  limit: Limit,
  circumstances: Circumstances,
): Finding {
  const measured = measureErrors(slot, live);
  if (measured !== undefined) return judgeLimit('error rate', measured, limit, circumstances);
  return { ...unknown(`no requests of the ${circumstances.minimumRequests} that a yes needs`), lacking: true };
}

function judgeLatency(
  name: string,
  slot: Histogram | undefined,
  live: Histogram | undefined,
  share: number,
  limit: Limit,
  circumstances: Circumstances,
): Finding {
  if (slot === undefined) return unknown(`no latencies of ${circumstances.to}, so ${name} can't be told`);
  const doubt = unreadableHistogram(slot);
  if (doubt !== undefined) return unknown(`unusable data of ${circumstances.to}: ${doubt}`);
  const comparable = live !== undefined && unreadableHistogram(live) === undefined && sameBounds(slot, live);
  const measured = measureLatency(slot, comparable ? live : undefined, share);
  if (measured !== undefined) return judgeLimit(name, measured, limit, circumstances);
  return { ...unknown(`${name} of no requests yet`), lacking: true };
}

function isSet(limit: Limit): boolean {
  return Object.values(limit).some((line) => line !== undefined);
}

function unknown(because: string): Finding {
  return { answer: 'unknown', because, evidence: {} };
}
