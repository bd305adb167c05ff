import type { ServiceSample } from '../ports/metrics.js';

const fewestFailures = 5;

/** A slot that fails at least every second request, and at least 5 of them: no statistics needed, no minimum awaited. */
export function broken(sample: Pick<ServiceSample, 'requests' | 'errors'>): boolean {
  return sample.errors >= fewestFailures && 2 * sample.errors >= sample.requests;
}
