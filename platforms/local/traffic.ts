import type { Traffic } from '../../pipeline/ports/traffic.js';
import { convergence } from './convergence.js';
import type { BalancerClient } from './host/balancer/client.js';
import type { Answer } from './host/balancer/protocol.js';

/** The balancer's weights. It compares, fences and swaps by itself, so that a shift is one call. */
export function localTraffic(client: BalancerClient): Traffic {
  return {
    async read(signal) {
      return portReading((await client.call('read', {}, { signal })).reading);
    },
    async shift(weights, { expected, token, signal }) {
      signal?.throwIfAborted();
      const { mark, reading } = await client.call('shift', { weights, ...expecting(expected), token });
      return { mark, reading: portReading(reading) };
    },
    async open(services, weights, { expected, token, signal }) {
      signal?.throwIfAborted();
      const asked = { services: [...services], weights, ...expecting(expected), token };
      return portReading(await client.call('open', asked));
    },
    async close(services, { expected, token, signal }) {
      signal?.throwIfAborted();
      return portReading(await client.call('close', { services: [...services], ...expecting(expected), token }));
    },
    converged: convergence(client),
  };
}

function portReading(reading: Answer<'shift'>['reading']): Awaited<ReturnType<Traffic['read']>> {
  const { services, weights, dark, token } = reading;
  return { services, weights, dark, token };
}

function expecting<Value>(expected: Value | undefined): { expected?: Value } {
  return expected === undefined ? {} : { expected };
}
