import type { Metrics, Observation } from '../../pipeline/ports/metrics.js';
import type { BalancerClient } from './host/balancer/client.js';

/** The balancer's own counters: no lag, and exact since the mark unless it was restarted or 30 minutes have passed. */
export function localMetrics(client: BalancerClient): Metrics {
  return {
    async mark() {
      return (await client.call('mark', {})).mark;
    },
    async observe(since, signal) {
      const { complete, seconds, samples } = await client.call('observe', { since }, { signal });
      return { complete, seconds, samples: { blue: portSamples(samples.blue), green: portSamples(samples.green) } };
    },
  };
}

type Samples = Observation['samples']['blue'];

function portSamples(found: Record<string, Partial<Samples[string]> & Omit<Samples[string], 'latency'>>): Samples {
  const entries = Object.entries(found).map(([service, { requests, errors, latency }]) => [
    service,
    { requests, errors, latency },
  ]);
  return Object.fromEntries(entries) as Samples;
}
