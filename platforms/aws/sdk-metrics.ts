import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ask } from './ask.js';
import type { MetricApi, MetricQuery, MinuteValue } from './metric-api.js';
import { clientOptions, type Place } from './place.js';

/** AWS takes so many queries at once. */
const atOnce = 500;

export function sdkMetrics(place: Place): MetricApi {
  const client = new CloudWatchClient(clientOptions(place));
  return {
    async perMinute(queries, from, to, signal) {
      if (from >= to) return queries.map(() => []);
      const pages = Array.from({ length: Math.ceil(queries.length / atOnce) }, (_, page) =>
        query(client, queries.slice(page * atOnce, (page + 1) * atOnce), from, to, signal),
      );
      return (await Promise.all(pages)).flat();
    },
  };
}

async function query(
  client: CloudWatchClient,
  queries: readonly MetricQuery[],
  from: Date,
  to: Date,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly MinuteValue[])[]> {
  const found = queries.map((): MinuteValue[] => []);
  let token: string | undefined;
  do {
    const command = new GetMetricDataCommand({
      MetricDataQueries: queries.map(queryOf),
      StartTime: from,
      EndTime: to,
      ScanBy: 'TimestampAscending',
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const page = await ask('GetMetricData', client, (options) => client.send(command, options), signal);
    for (const result of page.MetricDataResults ?? []) {
      const series = found[Number(result.Id?.slice(1))];
      for (const [index, minute] of (result.Timestamps ?? []).entries()) {
        const value = result.Values?.[index];
        if (value !== undefined) series?.push({ minute, value });
      }
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found.map((series) => series.filter(({ minute }) => minute >= from && minute < to));
}

function queryOf({ namespace, metric, dimensions, statistic }: MetricQuery, index: number): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: metric, Dimensions };
  return { Id: `q${index}`, MetricStat: { Metric, Period: 60, Stat: statistic } };
}
