export interface Wanted {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/**
 * What the users of the demo product do: a third looks at the page, most ask for their orders, a tenth place one.
 * The same seed gives the same sequence; random, because a cycle could fall into step with the balancer's weights.
 */
export function mixOf(seed: number): () => Wanted {
  const random = randomFrom(seed);
  return () => {
    const what = random();
    const customer = 1 + Math.floor(random() * 1_000);
    if (what < 0.3) return { method: 'GET', path: '/' };
    if (what < 0.9) return { method: 'GET', path: `/api/orders?customer=${customer}` };
    return { method: 'POST', path: '/api/orders', body: JSON.stringify({ customer, item: 'tea' }) };
  };
}

/** mulberry32: uniform in [0, 1), 32 bits of state. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
