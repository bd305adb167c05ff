import { CompositeAlarm } from '@pulumi/aws/cloudwatch/compositeAlarm.js';
import * as pulumi from '@pulumi/pulumi';
import type { AwsAlarmsConfiguration } from '../../contract/aws-alarms-configuration.js';
import type { Colour } from '../../contract/colour.js';
import { alarm, type Metric } from './alarm.js';
import type { PerSeverity } from './alarm-topics.js';

export interface SlotBadAlarmArgs {
  readonly colour: Colour;
  readonly alarms: Pick<AwsAlarmsConfiguration, 'limits' | 'minimumRequestsPerMinute'>;
  readonly balancer: pulumi.Input<string>;
  /** Per routed service, its target group of this colour; both as CloudWatch's dimensions. */
  readonly targetGroups: Readonly<Record<string, pulumi.Input<string>>>;
  readonly topicArns: PerSeverity<pulumi.Input<string>>;
}

/** Whether users of one slot are served badly, from the balancer's side; one alarm over all, since a rollback has a direction. */
export class SlotBadAlarm extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: SlotBadAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:SlotBadAlarm', name, {}, opts);
    const child = { parent: this };
    const bad = Object.entries(args.targetGroups).flatMap(([service, targetGroup]) =>
      serviceAlarms(`${name}-${service}`, `${service} ${args.colour}`, targetGroup, args, child),
    );
    const alarmRule = pulumi.all(bad).apply((names) => names.map((each) => `ALARM("${each}")`).join(' OR '));
    const composite = new CompositeAlarm(
      name,
      {
        alarmName: name,
        alarmDescription: `${args.colour} serves its users badly`,
        alarmRule,
        alarmActions: [args.topicArns.critical],
        okActions: [args.topicArns.critical],
      },
      child,
    );
    this.arn = composite.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Names of the alarms that count for the slot; p95 and p99 alone only tell somebody. */
function serviceAlarms(
  name: string,
  place: string,
  targetGroup: pulumi.Input<string>,
  args: SlotBadAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
  const { limits, minimumRequestsPerMinute } = args.alarms;
  const dimensions = { LoadBalancer: args.balancer, TargetGroup: targetGroup };
  const metric = (metricName: string, stat: string): Metric => ({
    namespace: 'AWS/ApplicationELB',
    metricName,
    dimensions,
    stat,
  });
  const errors = alarm(
    `${name}-errors`,
    {
      description: `${place}: more than ${limits.errorPercent} % of requests end in 5xx or without an answer`,
      is: 'above',
      threshold: limits.errorPercent,
      minutes: 2,
      topicArns: [args.topicArns.high],
      of: {
        expression: `IF(requests >= ${minimumRequestsPerMinute}, 100 * (FILL(errors, 0) + FILL(refused, 0)) / requests, 0)`,
        metrics: {
          requests: metric('RequestCount', 'Sum'),
          errors: metric('HTTPCode_Target_5XX_Count', 'Sum'),
          refused: metric('TargetConnectionErrorCount', 'Sum'),
        },
      },
    },
    opts,
  );
  const unhealthy = alarm(
    `${name}-unhealthy`,
    {
      description: `${place}: at least one target is unhealthy`,
      is: 'above',
      threshold: 0,
      minutes: 2,
      topicArns: [args.topicArns.high],
      of: metric('UnHealthyHostCount', 'Maximum'),
    },
    opts,
  );
  const latency = (stat: 'p95' | 'p99', milliseconds: number) =>
    alarm(
      `${name}-${stat}`,
      {
        description: `${place}: ${stat} above ${milliseconds} ms`,
        is: 'above',
        threshold: milliseconds / 1_000,
        minutes: 5,
        topicArns: [args.topicArns.medium],
        of: metric('TargetResponseTime', stat),
      },
      opts,
    );
  latency('p95', limits.p95Milliseconds);
  latency('p99', limits.p99Milliseconds);
  return [errors.name, unhealthy.name];
}
