import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import { FlowLog as VpcFlowLog } from '@pulumi/aws/ec2/flowLog.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { allow, policy, trust } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface FlowLogArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly days: number;
  readonly keyArn: pulumi.Input<string>;
}

/** Who talked to whom in the network, kept in CloudWatch Logs. */
export class FlowLog extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:FlowLog', name, {}, opts);
    const child = { parent: this };
    const group = new LogGroup(name, { retentionInDays: args.days, kmsKeyId: args.keyArn }, child);
    const role = new Role(
      shortForAutonaming(name, 64),
      { assumeRolePolicy: trust('vpc-flow-logs.amazonaws.com') },
      child,
    );
    const write = allow(
      ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      [pulumi.interpolate`${group.arn}:*`],
    );
    new RolePolicy(name, { role: role.id, policy: policy(write) }, child);
    new VpcFlowLog(
      name,
      {
        vpcId: args.vpcId,
        trafficType: 'ALL',
        logDestinationType: 'cloud-watch-logs',
        logDestination: group.arn,
        iamRoleArn: role.arn,
      },
      child,
    );
    this.registerOutputs();
  }
}
