import * as pulumi from '@pulumi/pulumi';
import type { CustomAlarm } from '../../contract/aws-alarms-configuration.js';
import { alarm } from './alarm.js';
import type { PerSeverity } from './alarm-topics.js';

export interface CustomAlarmsArgs {
  readonly alarms: Readonly<Record<string, CustomAlarm>>;
  readonly topicArns: PerSeverity<pulumi.Input<string>>;
}

/** Alarms on figures that the product itself reports, such as a cache's hit ratio. */
export class CustomAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: CustomAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:CustomAlarms', name, {}, opts);
    for (const [what, custom] of Object.entries(args.alarms)) {
      const { namespace, metric, dimensions, statistic, is, threshold, minutes, silence } = custom;
      const description = `${what}: ${metric} is ${is} ${threshold} for ${minutes} min`;
      const topicArns = [args.topicArns[custom.severity]];
      const of = { namespace, metricName: metric, dimensions, stat: statistic };
      alarm(`${name}-${what}`, { description, is, threshold, minutes, silence, topicArns, of }, { parent: this });
    }
    this.registerOutputs();
  }
}
