import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import * as pulumi from '@pulumi/pulumi';

export interface ServiceLogsArgs {
  /** Groups are named `<prefix>/<service>`. */
  readonly prefix: string;
  readonly services: readonly string[];
  readonly days: number;
  readonly keyArn: pulumi.Input<string>;
  readonly protect: boolean;
}

/** A log group per service, of the environment and not of a slot: what blue wrote outlives blue. */
export class ServiceLogs extends pulumi.ComponentResource {
  readonly names: Readonly<Record<string, pulumi.Output<string>>>;
  readonly arns: pulumi.Output<string>[];

  constructor(name: string, args: ServiceLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:ServiceLogs', name, {}, opts);
    const groups = args.services.map((service) => {
      const group = new LogGroup(
        `${name}-${service}`,
        {
          name: `${args.prefix}/${service}`,
          retentionInDays: args.days,
          kmsKeyId: args.keyArn,
          skipDestroy: args.protect,
        },
        { parent: this },
      );
      return { service, group };
    });
    this.names = Object.fromEntries(groups.map(({ service, group }) => [service, group.name]));
    this.arns = groups.map(({ group }) => group.arn);
    this.registerOutputs();
  }
}
