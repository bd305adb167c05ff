import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { latencyBounds } from '../../../../platforms/local/host/balancer/latency-bounds.js';
import { localMetrics } from '../../../../platforms/local/metrics.js';
import type { Histogram, Metrics } from '../../../../pipeline/ports/metrics.js';
import { allGreen, bench, eventually, half } from './bench.js';
import type { Bench } from './bench.js';
import { ask } from './users.js';

describe("The balancer's counters", function () {
  this.timeout(30_000);
  let bed: Bench;
  let metrics: Metrics;
  beforeEach(async () => {
    bed = await bench({ limits: { connectMilliseconds: 2_000, answerMilliseconds: 1_500 } });
    metrics = localMetrics(bed.client);
  });
  afterEach(() => bed.stop());

  const sample = async (since: string, colour: 'blue' | 'green' = 'blue') => {
    const found = (await metrics.observe(since)).samples[colour]['api'];
    if (found?.latency === undefined) throw new Error('no sample');
    return { ...found, latency: found.latency };
  };

  it('count exactly the requests that users sent since the mark, by slot', async () => {
    await ask({ port: bed.port });
    const agent = new Agent({ keepAlive: true, maxSockets: 10 });
    const mark = await bed.shift(half);
    await Promise.all(Array.from({ length: 500 }, () => ask({ port: bed.port, agent })));
    agent.destroy();
    const [blue, green] = [await sample(mark), await sample(mark, 'green')];
    expect(blue.requests + green.requests).to.equal(500);
    expect(green.requests).to.equal(bed.green.requests.length);
    expect(blue.requests).to.equal(bed.blue.requests.length - 1);
    expect(sum(blue.latency)).to.equal(blue.requests);
    const later = await metrics.mark();
    expect(await sample(later)).to.include({ requests: 0, errors: 0 });
    expect((await metrics.observe(later)).complete).to.equal(true);
  });

  it('leave out health checks, the test route and probes', async () => {
    const mark = await metrics.mark();
    const { testSocket } = bed.balancer.options;
    await ask({ socketPath: testSocket, headers: { 'x-crossfade-slot': 'blue' } });
    await bed.client.call('probe', { service: 'api', count: 50 });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect((await sample(mark)).requests).to.equal(0);
    expect((await bed.client.call('quiet', { colour: 'green' })).idleMilliseconds).to.equal(undefined);
  });

  it('are not escaped by a user who claims to be a probe', async () => {
    const mark = await metrics.mark();
    await ask({ port: bed.port, headers: { 'x-crossfade-probe': 'guess api' } });
    await ask({ port: bed.port, headers: { 'x-crossfade-probe': 'undefined api' } });
    expect((await sample(mark)).requests).to.equal(2);
  });

  it('take 5xx and missing answers as errors, and nothing else', async () => {
    let turn = 0;
    const outcomes = [200, 404, 500, 503, 302, 'reset', 'never', 'half'] as const;
    bed.blue.answer = (incoming, response) => {
      const outcome = outcomes[turn++];
      if (outcome === 'reset') incoming.socket.destroy();
      else if (outcome === 'half') {
        response.writeHead(200, { 'content-length': 10 });
        response.write('half', () => incoming.socket.destroy());
      } else if (outcome !== 'never') response.writeHead(outcome ?? 200).end();
    };
    const mark = await metrics.mark();
    while (turn < outcomes.length) await ask({ port: bed.port, method: 'POST' }).catch(() => undefined);
    await eventually('the half answer is an error', async () => (await sample(mark)).errors === 5);
    const { requests, latency } = await sample(mark);
    expect(requests).to.equal(8);
    // The reset one has no latency to tell, the one without an answer took at least as long as was waited for it.
    expect(sum(latency)).to.equal(7);
  });

  it('do not take a client that left before the answer for an error of the slot', async () => {
    bed.blue.answer = () => undefined;
    const mark = await metrics.mark();
    const call = request({ host: '127.0.0.1', port: bed.port });
    call.on('error', () => undefined);
    call.end();
    await eventually('it arrived', () => bed.blue.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    call.destroy();
    await eventually('it is counted', async () => (await sample(mark)).requests === 1);
    const { errors, latency } = await sample(mark);
    expect(errors).to.equal(0);
    expect(percentile(latency, 50)).to.be.at.least(55);
  });

  it('count one that nobody answers as an error of its slot', async () => {
    await bed.green.stop();
    const mark = await bed.shift(allGreen);
    for (let count = 0; count < 10; count += 1) expect((await ask({ port: bed.port })).status).to.be.oneOf([502, 503]);
    const { requests, errors, latency } = await sample(mark, 'green');
    expect([requests, errors, sum(latency)]).to.deep.equal([10, 10, 0]);
    expect((await sample(mark)).requests).to.equal(0);
  });

  it('give percentiles of known delays within the width of a bucket', async () => {
    // What the slot itself measured is the truth that the histogram is compared with.
    const truth: number[] = [];
    bed.blue.answer = (_incoming, response) => {
      const began = performance.now();
      const delay = [5, 20, 80][truth.length % 3] ?? 5;
      truth.push(0);
      const index = truth.length - 1;
      setTimeout(() => {
        truth[index] = performance.now() - began;
        response.end();
      }, delay);
    };
    const mark = await metrics.mark();
    for (let count = 0; count < 60; count += 1) await ask({ port: bed.port });
    const { latency } = await sample(mark);
    const sorted = truth.sort((one, other) => one - other);
    for (const p of [10, 50, 90]) {
      const is = sorted[Math.ceil((p / 100) * sorted.length) - 1] ?? 0;
      // 5 % of bucket above, and what the way to the slot and back adds on a busy machine.
      expect(percentile(latency, p), `p${p} of ${is} ms`).to.be.within(is * 0.95, is * 1.05 + 250);
    }
  });

  it('do not take the time of a slow upload for the time of the slot', async () => {
    bed.blue.answer = (incoming, response) => {
      incoming.resume();
      incoming.on('end', () => response.end());
    };
    const mark = await metrics.mark();
    await new Promise<void>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port: bed.port, method: 'POST' }, (answer) => {
        answer.resume();
        answer.on('end', resolve);
      });
      call.on('error', reject);
      call.write('first');
      // Longer than the slot has for its answer.
      setTimeout(() => call.end('last'), 2_000);
    });
    const { requests, errors, latency } = await sample(mark);
    expect([requests, errors]).to.deep.equal([1, 0]);
    expect(percentile(latency, 100)).to.be.lessThan(1_500);
  });

  it('say that they are not complete for a mark of another start', async () => {
    const mark = await metrics.mark();
    const other = await bench();
    const observed = await localMetrics(other.client).observe(mark);
    await other.stop();
    expect(observed.complete).to.equal(false);
    expect((await metrics.observe('nonsense')).complete).to.equal(false);
  });
});

function sum({ counts }: Histogram): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Upper bound of the bucket in which the nearest-rank percentile lies. */
function percentile({ bounds, counts }: Histogram, percent: number): number {
  expect(bounds).to.deep.equal(latencyBounds);
  let left = Math.ceil((percent / 100) * counts.reduce((total, count) => total + count, 0));
  for (const [index, count] of counts.entries()) {
    left -= count;
    if (left <= 0) return bounds[index] ?? Infinity;
  }
  return Infinity;
}
