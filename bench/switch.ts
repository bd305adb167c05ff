import { setTimeout as pause } from 'node:timers/promises';
import autocannon from 'autocannon';
import { z } from 'zod';
import { otherColour } from '../contract/colour.js';
import type { Colour } from '../contract/colour.js';
import { weightsTo } from '../contract/weights.js';
import { startChild } from './parts/child.js';
import { benchedBalancer } from './parts/local-balancer.js';
import type { Table } from './print-table.js';

export const name = 'switch';

const switches = 200;
const connections = 20;
/** Fewer than would fill the processors: the question is the balancer's delay, not a queue's. */
const requestsPerSecond = 1_000;
const betweenMilliseconds = 100;

/** From the decision to go to the other slot to the last request that began on the one that is left. */
export async function run(): Promise<Table> {
  const [blue, green] = await Promise.all([startChild('slot-process'), startChild('slot-process')]);
  const slots = { blue, green };
  const balancer = await benchedBalancer(blue, green, weightsTo('blue', 100));
  const load = autocannon({
    url: `http://127.0.0.1:${balancer.port}`,
    connections,
    overallRate: requestsPerSecond,
    duration: Math.ceil((switches * (betweenMilliseconds + 60)) / 1_000),
    workers: 1,
  });
  const answered: number[] = [];
  const lastBegan: number[] = [];
  let live: Colour = 'blue';
  try {
    await pause(1_000);
    for (let count = 1; count <= switches; count += 1) {
      const decided = performance.timeOrigin + performance.now();
      const to = otherColour(live);
      await balancer.client.call('shift', {
        weights: weightsTo(to, 100),
        expected: weightsTo(live, 100),
        token: count,
      });
      answered.push(performance.timeOrigin + performance.now() - decided);
      await pause(betweenMilliseconds);
      const last = await slots[live].ask(z.object({ lastBegan: z.number() }));
      lastBegan.push(Math.max(0, last.lastBegan - decided));
      live = to;
    }
    const { requests, non2xx, errors, timeouts } = await load;
    const failed = non2xx + errors + timeouts;
    const title = `${switches} switches under ${requestsPerSecond} requests / s of ${connections} kept-alive clients`;
    return {
      title,
      rows: [
        rowOf('decision → last request begun on the slot that is left', lastBegan, requests.total, failed),
        rowOf('decision → read back', answered, requests.total, failed),
      ],
    };
  } finally {
    await balancer.end();
    blue.end();
    green.end();
  }
}

function rowOf(what: string, milliseconds: readonly number[], requests: number, failed: number): Table['rows'][number] {
  const sorted = [...milliseconds].sort((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.ceil(sorted.length * part) - 1] ?? NaN).toFixed(1);
  return { what, 'p50, ms': at(0.5), 'p99, ms': at(0.99), 'longest, ms': at(1), requests, failed };
}
