import { colours, type Colour } from '../../contract/colour.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Mark } from '../../pipeline/ports/mark.js';
import type { Histogram, Metrics, Observation, ServiceSample } from '../../pipeline/ports/metrics.js';
import type { MetricApi, MetricQuery, MinuteValue } from './metric-api.js';
import type { OwnRequests } from './own-requests.js';
import { persist } from './persist.js';
import type { Route } from './route.js';

export interface AlbMetricsParts {
  readonly api: MetricApi;
  readonly routes: readonly Pick<Route, 'service' | 'targetGroups'>[];
  /** CloudWatch's name for the load balancer, such as app/shop/1. */
  readonly balancer: string;
  readonly clock: Clock;
  /** Minutes in which not only users asked are left out. */
  readonly own?: Pick<OwnRequests, 'among'>;
}

/** Milliseconds, upper bounds; the last one is longer than a balancer waits. */
const bounds = [
  5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 4_000_000,
];
const answered = ['HTTPCode_Target_2XX_Count', 'HTTPCode_Target_3XX_Count', 'HTTPCode_Target_4XX_Count'];
const failed = 'HTTPCode_Target_5XX_Count';
const unansweredByBalancer = 'HTTPCode_ELB_5XX_Count';

/** CloudWatch has something new once a minute; asking costs money by the query. */
const freshFor = 15_000;
/** A minute is counted when it ended so long ago: until then CloudWatch still adds to it. */
const countedAfter = 60_000;
const patience = 45_000;

/** What the load balancer counted per target group in whole minutes; a minute in which the mark lies is not one of them. */
export function albMetrics(parts: AlbMetricsParts): Metrics {
  const seen = new Map<Mark, { readonly at: number; readonly observation: Observation }>();
  return {
    mark: () => Promise.resolve(parts.clock.now().toISOString()),
    async observe(since, signal) {
      const last = seen.get(since);
      if (last && parts.clock.monotonic() - last.at < freshFor) return last.observation;
      const observation = await observe(parts, since, signal);
      seen.set(since, { at: parts.clock.monotonic(), observation });
      return observation;
    },
  };
}

async function observe(parts: AlbMetricsParts, since: Mark, signal: AbortSignal | undefined): Promise<Observation> {
  const from = new Date(Math.ceil(Date.parse(since) / 60_000) * 60_000);
  const to = new Date(Math.floor((parts.clock.now().getTime() - countedAfter) / 60_000) * 60_000);
  const seconds = Math.max(0, (to.getTime() - from.getTime()) / 1_000);
  if (seconds === 0) return { complete: true, seconds, samples: { blue: {}, green: {} } };
  const places = parts.routes.flatMap((route) => colours.map((colour) => ({ route, colour })));
  const queries = places.map(({ route, colour }) => queriesOf(parts.balancer, route.targetGroups[colour]));
  const common = query(parts.balancer, undefined, unansweredByBalancer, 'Sum');
  const ask = () => parts.api.perMinute([...queries.flat(), common], from, to, signal);
  const all = await persist(ask, { clock: parts.clock, within: patience, signal });
  const series = all.map((minutes) => minutes.filter(({ minute }) => parts.own?.among(minute) !== true));
  const perPlace = queries[0]?.length ?? 0;
  const counted = places.map((place, index) => ({
    ...place,
    counts: countsOf(series.slice(index * perPlace, (index + 1) * perPlace)),
  }));
  const unanswered = counted.reduce((total, { counts }) => total + (counts?.unanswered ?? 0), 0);
  const share = unanswered === 0 ? 0 : Math.min(1, sum(series.at(-1)) / unanswered);
  const samples: Record<Colour, Record<string, ServiceSample>> = { blue: {}, green: {} };
  for (const { route, colour, counts } of counted) {
    // No figure at all is no data, which is not the same as no request.
    if (counts) samples[colour][route.service] = sampleOf(counts, share);
  }
  return { complete: true, seconds, samples };
}

interface Counts {
  readonly requests: number;
  readonly failures: number;
  /** Given to a target that gave no answer: by its fault, or because the user went away. */
  readonly unanswered: number;
  readonly latencies: readonly number[];
}

function queriesOf(balancer: string, targetGroup: string): readonly MetricQuery[] {
  const group = targetGroup.slice(targetGroup.indexOf('targetgroup/'));
  const counts = ['RequestCount', failed, ...answered].map((metric) => query(balancer, group, metric, 'Sum'));
  const latencies = bounds.map((bound, index) => {
    const [above, upTo] = [bounds[index - 1] ?? 0, bound].map((milliseconds) => milliseconds / 1_000);
    return query(balancer, group, 'TargetResponseTime', `TC(${above ?? 0}:${upTo ?? 0})`);
  });
  return [...counts, ...latencies];
}

function query(balancer: string, group: string | undefined, metric: string, statistic: string): MetricQuery {
  const dimensions = { LoadBalancer: balancer, ...(group === undefined ? {} : { TargetGroup: group }) };
  return { namespace: 'AWS/ApplicationELB', metric, dimensions, statistic };
}

function countsOf(series: readonly (readonly MinuteValue[])[]): Counts | undefined {
  const [requests, failures, ...rest] = series;
  if (!requests || requests.length === 0) return undefined;
  const answers = rest.slice(0, answered.length).map(sum);
  const total = sum(requests);
  const replied = answers.reduce((all, count) => all + count, sum(failures));
  const latencies = rest.slice(answered.length).map(sum);
  return { requests: total, failures: sum(failures), unanswered: Math.max(0, total - replied), latencies };
}

/**
 * The balancer's own 5xx are not counted by target group: they are laid to those that left requests unanswered, in
 * proportion. What is unanswered beyond them is users who went away.
 */
function sampleOf(counts: Counts, share: number): ServiceSample {
  const errors = Math.min(counts.requests, counts.failures + Math.round(counts.unanswered * share));
  const latency: Histogram | undefined = counts.latencies.some((count) => count > 0)
    ? { bounds, counts: counts.latencies }
    : undefined;
  return { requests: counts.requests, errors, latency };
}

function sum(series: readonly MinuteValue[] | undefined): number {
  return (series ?? []).reduce((total, { value }) => total + value, 0);
}
