import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PlatformError } from '../../contract/errors.js';
import { ask } from './ask.js';
import type { MetricQuery } from './metric-api.js';
import { clientOptions, type Place } from './place.js';

/** CloudWatch goes on counting for about a minute after one is over. */
const countedAfter = 60_000;

/**
 * A metric over the newest period of so many minutes that is over; periods begin at whole multiples, as CloudWatch's do.
 * Undefined: no samples in it. Throws PlatformError.
 */
export async function newestPeriod(
  place: Omit<Place, 'region'> & { readonly region?: string | undefined },
  { namespace, metric, dimensions, statistic }: MetricQuery,
  minutes: number,
  now: Date,
  signal: AbortSignal,
): Promise<number | undefined> {
  const period = minutes * 60_000;
  const end = Math.floor((now.getTime() - countedAfter) / period) * period;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: metric, Dimensions };
  const command = new GetMetricDataCommand({
    MetricDataQueries: [{ Id: 'newest', MetricStat: { Metric, Period: minutes * 60, Stat: statistic } }],
    StartTime: new Date(end - period),
    EndTime: new Date(end),
  });
  const client = new CloudWatchClient(clientOptions(place));
  try {
    const answer = await ask('GetMetricData', client, (options) => client.send(command, options), signal);
    const [result] = answer.MetricDataResults ?? [];
    const { StatusCode = 'Complete', Timestamps = [], Values = [] } = result ?? {};
    if (StatusCode !== 'Complete') throw new PlatformError(`CloudWatch answers ${StatusCode} for ${metric}`);
    const at = Timestamps.findIndex((begins) => begins.getTime() === end - period);
    return Values[at];
  } finally {
    client.destroy();
  }
}
