import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import * as pulumi from '@pulumi/pulumi';
import { trust } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface DatabaseMonitoringArgs {
  /** Between samples of the operating system; 0: none are taken. */
  readonly seconds: number;
}

/** Lets RDS write the operating system's figures to CloudWatch. */
export class DatabaseMonitoring extends pulumi.ComponentResource {
  readonly instanceArgs: { readonly monitoringInterval: number; readonly monitoringRoleArn?: pulumi.Output<string> };

  constructor(name: string, args: DatabaseMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:DatabaseMonitoring', name, {}, opts);
    if (args.seconds === 0) {
      this.instanceArgs = { monitoringInterval: 0 };
    } else {
      const child = { parent: this };
      const role = new Role(
        shortForAutonaming(name, 64),
        { assumeRolePolicy: trust('monitoring.rds.amazonaws.com') },
        child,
      );
      const policyArn = 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole';
      const attached = new RolePolicyAttachment(name, { role: role.name, policyArn }, child);
      // An instance made before the role may write is refused.
      const monitoringRoleArn = pulumi.all([role.arn, attached.id]).apply(([arn]) => arn);
      this.instanceArgs = { monitoringInterval: args.seconds, monitoringRoleArn };
    }
    this.registerOutputs();
  }
}
