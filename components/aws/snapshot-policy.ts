import { Plan } from '@pulumi/aws/backup/plan.js';
import { Selection } from '@pulumi/aws/backup/selection.js';
import { Vault } from '@pulumi/aws/backup/vault.js';
import { EventRule } from '@pulumi/aws/cloudwatch/eventRule.js';
import { EventTarget } from '@pulumi/aws/cloudwatch/eventTarget.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import * as pulumi from '@pulumi/pulumi';
import type { AwsSnapshotsConfiguration } from '../../contract/aws-database-configuration.js';
import { trust } from './policy.js';

export interface SnapshotPolicyArgs {
  readonly snapshots: AwsSnapshotsConfiguration;
  readonly accountId: string;
  readonly databaseArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly alarmTopicArn: pulumi.Input<string>;
  readonly protect: boolean;
}

/**
 * Backups by the clock, in a vault, whether or not anybody deploys. Snapshots of releases are no resources: whatever
 * Pulumi may destroy, it may not destroy those; runs take and prune them.
 */
export class SnapshotPolicy extends pulumi.ComponentResource {
  readonly vaultArn: pulumi.Output<string>;

  constructor(name: string, args: SnapshotPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:SnapshotPolicy', name, {}, opts);
    const child = { parent: this };
    const { snapshots } = args;
    const kept = { ...child, protect: args.protect };
    const vault = new Vault(name, { kmsKeyArn: args.keyArn, forceDestroy: !args.protect }, kept);
    const lifecycle = { deleteAfter: snapshots.scheduledKeepDays };
    const copyActions =
      snapshots.copyTo === null
        ? []
        : [
            {
              destinationVaultArn: `arn:aws:backup:${snapshots.copyTo}:${args.accountId}:backup-vault:Default`,
              lifecycle,
            },
          ];
    const rule = {
      ruleName: 'scheduled',
      targetVaultName: vault.name,
      schedule: snapshots.schedule,
      // Minutes in which a backup must begin, and be done.
      startWindow: 60,
      completionWindow: 300,
      lifecycle,
      copyActions,
    };
    const plan = new Plan(name, { rules: [rule] }, child);
    const role = new Role(name, { assumeRolePolicy: trust('backup.amazonaws.com') }, child);
    for (const what of ['Backup', 'Restores']) {
      const policyArn = `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${what}`;
      new RolePolicyAttachment(`${name}-${what.toLowerCase()}`, { role: role.name, policyArn }, child);
    }
    new Selection(name, { planId: plan.id, iamRoleArn: role.arn, resources: [args.databaseArn] }, child);
    const failed = new EventRule(
      `${name}-failed`,
      {
        description: 'A backup or a copy of one did not succeed',
        eventPattern: JSON.stringify({
          source: ['aws.backup'],
          'detail-type': ['Backup Job State Change', 'Copy Job State Change'],
          detail: { state: ['FAILED', 'ABORTED', 'EXPIRED'] },
        }),
      },
      child,
    );
    new EventTarget(`${name}-failed`, { rule: failed.name, arn: args.alarmTopicArn }, child);
    this.vaultArn = vault.arn;
    this.registerOutputs({ vaultArn: this.vaultArn });
  }
}
