import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { deny, policy, type Statement } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface ReleaseRoleArgs {
  readonly trustPolicy: pulumi.Input<string>;
  readonly statements: readonly Statement[];
}

/** What no release may ever do, whatever else is allowed by whomever. */
export const neverReleased: readonly string[] = [
  'rds:DeleteDBInstance',
  'rds:DeleteDBSnapshot',
  'rds:DeleteDBInstanceAutomatedBackup',
  'backup:DeleteRecoveryPoint',
  'backup:DeleteBackupVault',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteBucket',
  'secretsmanager:DeleteSecret',
  'kms:ScheduleKeyDeletion',
  'iam:*',
  'elasticloadbalancing:DeleteLoadBalancer',
  'elasticloadbalancing:DeleteListener',
  'elasticloadbalancing:DeleteRule',
  'elasticloadbalancing:DeleteTargetGroup',
];

/** What moves traffic: exactly the calls that the pipeline makes. */
export class ReleaseRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: ReleaseRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:ReleaseRole', name, {}, opts);
    const role = new Role(
      shortForAutonaming(name, 64),
      { assumeRolePolicy: args.trustPolicy, maxSessionDuration: 4 * 3_600, description: 'Releases: moves traffic' },
      { parent: this },
    );
    const text = policy(...args.statements, deny(neverReleased, ['*']));
    new RolePolicy(name, { role: role.id, policy: text }, { parent: this });
    this.arn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ arn: this.arn });
  }
}
