import autocannon from 'autocannon';
import { processorTime, startChild } from './parts/child.js';
import { benchedBalancer } from './parts/local-balancer.js';
import type { Table } from './print-table.js';

export const name = 'balancer';

const rounds = 3;
const seconds = 3;
const connections = 20;

/** The same small answer with and without something in between, in turns, so that a busy machine is busy for all. */
export async function run(): Promise<Table> {
  const [blue, green] = await Promise.all([startChild('slot-process'), startChild('slot-process')]);
  const httpxy = await startChild('httpxy-process', String(blue.port), String(green.port));
  const balancer = await benchedBalancer(blue, green, { blue: 90, green: 10 });
  const ways = [
    { way: 'direct to the slot', ...pick(blue) },
    { way: 'httpxy alone, 90/10', ...pick(httpxy) },
    { way: 'this balancer, 90/10', ...pick(balancer) },
  ];
  const measured = new Map<string, Measurement[]>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const each of ways) {
        const found = measured.get(each.way) ?? [];
        measured.set(each.way, [...found, await measure(each)]);
      }
    }
  } finally {
    await balancer.end();
    for (const child of [httpxy, blue, green]) child.end();
  }
  const title = `A small answer to ${connections} kept-alive clients: ${rounds} rounds of ${seconds} s, the middle one of each`;
  return { title, rows: [...measured].map(([way, found]) => rowOf(way, found)) };
}

interface Measurement {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  readonly processorMicroseconds: number | undefined;
}

function pick({ pid, port }: { readonly pid: number; readonly port: number }): { pid: number; port: number } {
  return { pid, port };
}

async function measure({ pid, port }: { readonly pid: number; readonly port: number }): Promise<Measurement> {
  const before = await processorTime(pid);
  const result = await autocannon({ url: `http://127.0.0.1:${port}`, connections, duration: seconds, workers: 1 });
  const after = await processorTime(pid);
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
    processorMicroseconds:
      before === undefined || after === undefined ? undefined : (after - before) / result.requests.total,
  };
}

function rowOf(way: string, found: readonly Measurement[]): Table['rows'][number] {
  const sorted = [...found].sort((one, other) => one.requestsPerSecond - other.requestsPerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error(`nothing was measured of ${way}`);
  return {
    way,
    'requests / s': Math.round(middle.requestsPerSecond),
    'p50, ms': middle.p50,
    'p99, ms': middle.p99,
    'its processor time, µs / request': middle.processorMicroseconds?.toFixed(0) ?? '-',
    failed: found.reduce((sum, { failed }) => sum + failed, 0),
  };
}
