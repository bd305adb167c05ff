import type { Histogram, ServiceSample } from '../ports/metrics.js';
import { oneArmEvidence } from './one-arm-evidence.js';
import { bucketOf, countOf, percentile, slowerThan } from './percentile.js';
import { twoArmEvidence, type Arm } from './two-arm-evidence.js';

/** A value of a slot, and how many requests it rests on. */
export interface Measured {
  readonly value: number;
  readonly requests: number;
}

/** One metric of the slot under judgement, with the tests that belong to it; evidence is the log of an e-value. */
export interface Measurement {
  readonly slot: Measured;
  /** Undefined: nothing to compare with. */
  readonly live: Measured | undefined;
  /** Requests beyond the line, certainly. */
  readonly beyond: (line: number) => number;
  /** Against "the slot keeps to the line". */
  readonly evidenceAgainst: (line: number) => number;
  /** Against "the slot is no worse than the live one", with the requests that it counts. */
  readonly comparison: { readonly evidence: number; readonly slot: Arm; readonly live: Arm } | undefined;
  readonly show: (value: number) => string;
}

export function measureErrors(slot: ServiceSample, live: ServiceSample | undefined): Measurement | undefined {
  if (slot.requests === 0) return undefined;
  const arm = { requests: slot.requests, events: slot.errors };
  const other =
    live === undefined || live.requests === 0 ? undefined : { requests: live.requests, events: live.errors };
  return {
    slot: { value: errorPercent(slot), requests: slot.requests },
    live:
      live === undefined || other === undefined ? undefined : { value: errorPercent(live), requests: live.requests },
    beyond: () => slot.errors,
    evidenceAgainst: (line) => oneArmEvidence(slot.requests, slot.errors, line / 100),
    comparison: other && { evidence: twoArmEvidence(arm, other), slot: arm, live: other },
    show: (value) => `${Number(value.toPrecision(3))} %`,
  };
}

/** `share` of the percentile, 0 to 1. */
export function measureLatency(slot: Histogram, live: Histogram | undefined, share: number): Measurement | undefined {
  const value = percentile(slot, share);
  if (value === undefined) return undefined;
  const liveValue = live && percentile(live, share);
  return {
    slot: { value, requests: countOf(slot) },
    live: live === undefined || liveValue === undefined ? undefined : { value: liveValue, requests: countOf(live) },
    beyond: (line) => slowerThan(slot, line),
    evidenceAgainst: (line) => oneArmEvidence(countOf(slot), slowerThan(slot, line), 1 - share),
    comparison: live && compareLatency(slot, live, share),
    show: (milliseconds) => `${Number(milliseconds.toPrecision(3))} ms`,
  };
}

/**
 * Counts both slots' requests above the bucket bound nearest to the live slot's percentile. At a bound the counts are
 * exact, and the live slot's own share above it is counted, not assumed: so the width of the buckets can't alarm.
 */
function compareLatency(slot: Histogram, live: Histogram, share: number): Measurement['comparison'] {
  const bucket = bucketOf(live, share);
  if (bucket === undefined) return undefined;
  const requests = countOf(live);
  const distance = (bound: number) => Math.abs(Math.log(slowerThan(live, bound) / requests / (1 - share)));
  const bound = distance(bucket.low) < distance(bucket.high) ? bucket.low : bucket.high;
  const arm = { requests: countOf(slot), events: slowerThan(slot, bound) };
  const other = { requests, events: slowerThan(live, bound) };
  return { evidence: twoArmEvidence(arm, other), slot: arm, live: other };
}

function errorPercent(sample: ServiceSample): number {
  return (100 * sample.errors) / sample.requests;
}
