import { Plan } from '@pulumi/aws/backup/plan.js';
import { Selection } from '@pulumi/aws/backup/selection.js';
import { Vault } from '@pulumi/aws/backup/vault.js';
import { EventRule } from '@pulumi/aws/cloudwatch/eventRule.js';
import { EventTarget } from '@pulumi/aws/cloudwatch/eventTarget.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import * as pulumi from '@pulumi/pulumi';
import type { AwsSnapshotsConfiguration } from '../../contract/aws-database-configuration.js';
import { EncryptionKey } from './encryption-key.js';
import { trust } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface SnapshotPolicyArgs {
  readonly snapshots: AwsSnapshotsConfiguration;
  readonly accountId: string;
  readonly databaseArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly alarmTopicArn: pulumi.Input<string>;
  readonly protect: boolean;
}

/** AWS takes no longer name of a vault. */
const longestBackupName = 50;

/**
 * Backups by the clock, in a vault, whether or not anybody deploys. Snapshots of releases are no resources, and vaults
 * stay in AWS when Pulumi lets go of them: whatever is destroyed, no backup is.
 */
export class SnapshotPolicy extends pulumi.ComponentResource {
  readonly vaultArn: pulumi.Output<string>;
  /** What copies of any kind are encrypted with, in their region. */
  readonly copyKeyArn: pulumi.Output<string> | null;

  constructor(name: string, args: SnapshotPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:SnapshotPolicy', name, {}, opts);
    const child = { parent: this };
    const { snapshots } = args;
    const kept = { ...child, protect: args.protect, retainOnDelete: true };
    const vault = new Vault(shortForAutonaming(name, longestBackupName), { kmsKeyArn: args.keyArn }, kept);
    const lifecycle = { deleteAfter: snapshots.scheduledKeepDays };
    const copies = snapshots.copyTo === null ? undefined : copyVault(`${name}-copy`, snapshots.copyTo, args, kept);
    const copyActions = copies === undefined ? [] : [{ destinationVaultArn: copies.vault.arn, lifecycle }];
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
    const plan = new Plan(shortForAutonaming(name, longestBackupName), { rules: [rule] }, child);
    const role = new Role(shortForAutonaming(name, 64), { assumeRolePolicy: trust('backup.amazonaws.com') }, child);
    for (const what of ['Backup', 'Restores']) {
      const policyArn = `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${what}`;
      new RolePolicyAttachment(`${name}-${what.toLowerCase()}`, { role: role.name, policyArn }, child);
    }
    new Selection(
      shortForAutonaming(name, longestBackupName),
      { planId: plan.id, iamRoleArn: role.arn, resources: [args.databaseArn] },
      child,
    );
    const failed = new EventRule(
      shortForAutonaming(`${name}-failed`, 64),
      {
        description: 'A backup or a copy of one did not succeed',
        eventPattern: pulumi.jsonStringify({
          source: ['aws.backup'],
          'detail-type': ['Backup Job State Change', 'Copy Job State Change'],
          detail: {
            state: ['FAILED', 'ABORTED', 'EXPIRED'],
            // Of this environment only: another in the same account has receivers of its own.
            $or: [{ resourceArn: [args.databaseArn] }, { sourceBackupVaultArn: [vault.arn] }],
          },
        }),
      },
      child,
    );
    new EventTarget(`${name}-failed`, { rule: failed.name, arn: args.alarmTopicArn }, child);
    this.vaultArn = vault.arn;
    this.copyKeyArn = copies?.key.arn ?? null;
    this.registerOutputs({ vaultArn: this.vaultArn });
  }
}

/** In a region of its own, with a key of its own: an encrypted backup can be read only where its key is. */
function copyVault(
  name: string,
  region: string,
  args: SnapshotPolicyArgs,
  opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource },
): { readonly vault: Vault; readonly key: EncryptionKey } {
  const { accountId, protect } = args;
  const description = `Copies of backups, made in another region`;
  const keyArgs = { description, accountId, services: [], protect, keep: true, region };
  const key = new EncryptionKey(`${name}-key`, keyArgs, { parent: opts.parent });
  return { key, vault: new Vault(shortForAutonaming(name, longestBackupName), { region, kmsKeyArn: key.arn }, opts) };
}
