import { colours, type Colour } from '../../contract/colour.js';
import type { Histogram, Observation, ServiceSample } from '../ports/metrics.js';
import { sameBounds } from './unreadable.js';

/** What was seen between two observations with the same mark; incomplete when a counter went backwards or is gone. */
export function observedSince(earlier: Observation, later: Observation): Observation {
  let complete = earlier.complete && later.complete;
  const lost = (): void => {
    complete = false;
  };
  const samplesOf = (colour: Colour): Record<string, ServiceSample> => {
    const before = earlier.samples[colour];
    const after = later.samples[colour];
    if (Object.keys(before).some((service) => after[service] === undefined)) lost();
    return Object.fromEntries(
      Object.entries(after).map(([service, sample]) => [service, sampleSince(before[service], sample, lost)]),
    );
  };
  const [blue, green] = colours.map(samplesOf);
  return {
    complete,
    seconds: Math.max(0, later.seconds - earlier.seconds),
    samples: { blue: blue ?? {}, green: green ?? {} },
  };
}

function sampleSince(earlier: ServiceSample | undefined, later: ServiceSample, lost: () => void): ServiceSample {
  if (earlier === undefined) return later;
  if (later.requests < earlier.requests || later.errors < earlier.errors) {
    lost();
    return later;
  }
  return {
    requests: later.requests - earlier.requests,
    errors: later.errors - earlier.errors,
    latency: latencySince(earlier.latency, later.latency, lost),
  };
}

function latencySince(
  earlier: Histogram | undefined,
  later: Histogram | undefined,
  lost: () => void,
): Histogram | undefined {
  if (earlier === undefined || later === undefined) return later;
  const counts = later.counts.map((count, index) => count - (earlier.counts[index] ?? 0));
  if (sameBounds(earlier, later) && counts.every((count) => count >= 0)) return { bounds: later.bounds, counts };
  lost();
  return later;
}
