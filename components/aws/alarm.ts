import { MetricAlarm } from '@pulumi/aws/cloudwatch/metricAlarm.js';
import type { cloudwatch } from '@pulumi/aws/types/input.js';
import type * as pulumi from '@pulumi/pulumi';

export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** Sum, Average …, or a percentile such as p95. */
  readonly stat: string;
}

export interface AlarmArgs {
  readonly description: string;
  readonly is: 'above' | 'below';
  readonly threshold: number;
  /** Minutes in a row. */
  readonly minutes: number;
  readonly topicArns: pulumi.Input<string>[];
  /** What silence means: nothing bad, or the worst. */
  readonly silence?: 'quiet' | 'alarm';
  /** One metric, or several and an expression over their names. */
  readonly of:
    Metric | { readonly expression: pulumi.Input<string>; readonly metrics: Readonly<Record<string, Metric>> };
}

/** An alarm that looks every minute, and says when all is well again. */
export function alarm(name: string, args: AlarmArgs, opts: pulumi.CustomResourceOptions): MetricAlarm {
  return new MetricAlarm(
    name,
    {
      alarmDescription: args.description,
      comparisonOperator: args.is === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold: args.threshold,
      evaluationPeriods: args.minutes,
      treatMissingData: args.silence === 'alarm' ? 'breaching' : 'notBreaching',
      alarmActions: args.topicArns,
      okActions: args.topicArns,
      ...('expression' in args.of ? queries(args.of.expression, args.of.metrics) : simple(args.of)),
    },
    opts,
  );
}

function simple({ namespace, metricName, dimensions, stat }: Metric) {
  const metric = { namespace, metricName, dimensions: { ...dimensions }, period: 60 };
  return stat.startsWith('p') ? { ...metric, extendedStatistic: stat } : { ...metric, statistic: stat };
}

function queries(expression: pulumi.Input<string>, metrics: Readonly<Record<string, Metric>>) {
  const metricQueries: cloudwatch.MetricAlarmMetricQuery[] = Object.entries(metrics).map(([id, metric]) => ({
    id,
    metric: { ...metric, dimensions: { ...metric.dimensions }, period: 60 },
  }));
  return { metricQueries: [...metricQueries, { id: 'result', expression, returnData: true, period: 60 }] };
}
