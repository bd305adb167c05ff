import * as pulumi from '@pulumi/pulumi';
import { alarm, type Metric } from './alarm.js';
import type { PerSeverity } from './alarm-topics.js';

export interface TaskAlarmsArgs {
  readonly cluster: pulumi.Input<string>;
  readonly service: pulumi.Input<string>;
  readonly limits: { readonly cpuPercent: number; readonly memoryPercent: number };
  readonly topicArns: PerSeverity<pulumi.Input<string>>;
  /** Only a routed service runs from the start. */
  readonly routed: boolean;
}

/** Whether the tasks of a slot's service run, and how hard. They go with the slot. */
export class TaskAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: TaskAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:TaskAlarms', name, {}, opts);
    const dimensions = { ClusterName: args.cluster, ServiceName: args.service };
    const metric = (namespace: string, metricName: string, stat: string): Metric => {
      return { namespace, metricName, dimensions, stat };
    };
    const insights = 'ECS/ContainerInsights';
    alarm(
      `${name}-running`,
      {
        description: 'Fewer tasks run than should',
        is: 'above',
        threshold: 0,
        minutes: 5,
        topicArns: [args.routed ? args.topicArns.high : args.topicArns.medium],
        of: {
          expression: 'desired - running',
          metrics: {
            desired: metric(insights, 'DesiredTaskCount', 'Maximum'),
            running: metric(insights, 'RunningTaskCount', 'Minimum'),
          },
        },
      },
      { parent: this },
    );
    for (const [what, metricName, percent] of [
      ['cpu', 'CPUUtilization', args.limits.cpuPercent],
      ['memory', 'MemoryUtilization', args.limits.memoryPercent],
    ] as const) {
      const description = `${metricName} above ${percent} %`;
      const of = metric('AWS/ECS', metricName, 'Average');
      const topicArns = [args.topicArns.medium];
      const above = { description, is: 'above', threshold: percent, minutes: 5, topicArns, of } as const;
      alarm(`${name}-${what}`, above, { parent: this });
    }
    this.registerOutputs();
  }
}
