import { expect } from 'chai';
import type { Observation } from '../../../pipeline/ports/metrics.js';
import type { MetricApi, MetricQuery } from '../../../platforms/aws/metric-api.js';
import { albMetrics } from '../../../platforms/aws/metrics.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const start = '2026-01-01T12:00:10.000Z';
const routes = ['api', 'web'].map((service) => ({
  service,
  targetGroups: {
    blue: `arn:aws:elb:::targetgroup/${service}-blue/1`,
    green: `arn:aws:elb:::targetgroup/${service}-green/1`,
  },
}));

/** Figures per target group and minute, as CloudWatch would have them. */
class FakeCloudWatch implements MetricApi {
  readonly asked: { queries: readonly MetricQuery[]; from: string; to: string }[] = [];
  failures = 0;
  readonly #values = new Map<string, number>();

  put(minute: string, group: string | undefined, metric: string, value: number, statistic = 'Sum'): void {
    this.#values.set([minute, group, metric, statistic].join(' '), value);
  }

  perMinute: MetricApi['perMinute'] = (queries, from, to) => {
    this.asked.push({ queries, from: from.toISOString(), to: to.toISOString() });
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new TransientError('GetMetricData: Throttling'));
    }
    return Promise.resolve(
      queries.map((query) => {
        const series = [];
        for (let at = from.getTime(); at < to.getTime(); at += 60_000) {
          const minute = new Date(at);
          const name = query.dimensions['TargetGroup']?.split('/')[1];
          const value = this.#values.get(
            [minute.toISOString().slice(11, 16), name, query.metric, query.statistic].join(' '),
          );
          if (value !== undefined) series.push({ minute, value });
        }
        return series;
      }),
    );
  };
}

describe('albMetrics', () => {
  let clock: LeapingClock;
  let watch: FakeCloudWatch;
  let observe: (since?: string) => Promise<Observation>;
  beforeEach(() => {
    clock = new LeapingClock(start);
    watch = new FakeCloudWatch();
    const metrics = albMetrics({ api: watch, routes, balancer: 'app/shop/1', clock });
    observe = (since = start) => metrics.observe(since);
  });

  it('marks the moment by the wall clock, which CloudWatch goes by', async () => {
    const metrics = albMetrics({ api: watch, routes, balancer: 'app/shop/1', clock });
    expect(await metrics.mark()).to.equal(start);
  });

  it('asks only for whole minutes that begin after the mark and ended a minute ago', async () => {
    clock.leap(4 * 60_000);
    await observe();
    expect(watch.asked.map(({ from, to }) => [from, to])).to.deep.equal([
      ['2026-01-01T12:01:00.000Z', '2026-01-01T12:03:00.000Z'],
    ]);
  });

  it('has seen nothing, and asks nothing, before the first such minute', async () => {
    clock.leap(100_000);
    expect(await observe()).to.deep.equal({ complete: true, seconds: 0, samples: { blue: {}, green: {} } });
    expect(watch.asked).to.deep.equal([]);
  });

  it('tells no data from zero requests', async () => {
    clock.leap(4 * 60_000);
    watch.put('12:01', 'api-blue', 'RequestCount', 0);
    const { samples, seconds } = await observe();
    expect(seconds).to.equal(120);
    expect(samples).to.deep.equal({ blue: { api: { requests: 0, errors: 0, latency: undefined } }, green: {} });
  });

  it('adds minutes up, and gives latencies as counts below bounds', async () => {
    clock.leap(5 * 60_000);
    for (const minute of ['12:01', '12:02', '12:03']) {
      watch.put(minute, 'web-green', 'RequestCount', 100);
      watch.put(minute, 'web-green', 'HTTPCode_Target_2XX_Count', 97);
      watch.put(minute, 'web-green', 'HTTPCode_Target_5XX_Count', 3);
      watch.put(minute, 'web-green', 'TargetResponseTime', 90, 'TC(0.075:0.1)');
      watch.put(minute, 'web-green', 'TargetResponseTime', 10, 'TC(1:1.5)');
    }
    const sample = (await observe()).samples.green['web']!;
    expect(sample).to.include({ requests: 300, errors: 9 });
    const { bounds, counts } = sample.latency!;
    expect(counts[bounds.indexOf(100)]).to.equal(270);
    expect(counts[bounds.indexOf(1_500)]).to.equal(30);
    expect(counts.reduce((total, count) => total + count, 0)).to.equal(300);
  });

  it("lays the balancer's own 5xx to the slots that left requests unanswered, in proportion", async () => {
    clock.leap(4 * 60_000);
    for (const [group, answers] of [
      ['api-blue', 90],
      ['api-green', 70],
    ] as const) {
      watch.put('12:01', group, 'RequestCount', 100);
      watch.put('12:01', group, 'HTTPCode_Target_2XX_Count', answers);
    }
    watch.put('12:01', undefined, 'HTTPCode_ELB_5XX_Count', 20);
    const { samples } = await observe();
    expect(samples.blue['api']?.errors).to.equal(5);
    expect(samples.green['api']?.errors).to.equal(15);
  });

  it('does not blame a slot for users who went away', async () => {
    clock.leap(4 * 60_000);
    watch.put('12:01', 'api-blue', 'RequestCount', 100);
    watch.put('12:01', 'api-blue', 'HTTPCode_Target_2XX_Count', 90);
    expect((await observe()).samples.blue['api']?.errors).to.equal(0);
  });

  it('asks again when a quarter of a minute has passed, and not before', async () => {
    clock.leap(4 * 60_000);
    await observe();
    clock.leap(10_000);
    await observe();
    expect(watch.asked).to.have.length(1);
    clock.leap(6_000);
    await observe();
    expect(watch.asked).to.have.length(2);
    await observe('2026-01-01T12:00:50.000Z');
    expect(watch.asked).to.have.length(3);
  });

  it('fault 31: outlasts throttling, and says so when it lasts', async () => {
    clock.leap(4 * 60_000);
    watch.failures = 3;
    expect((await observe()).complete).to.equal(true);
    clock.leap(20_000);
    watch.failures = 1_000;
    await rejection(observe(), TransientError);
  });
});
