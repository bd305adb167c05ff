import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { deny, policy, type Statement } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface ReleaseRoleArgs {
  readonly trustPolicy: pulumi.Input<string>;
  readonly statements: readonly Statement[];
  /** What the store keeps for ever. */
  readonly recordArns: readonly string[];
  /** The only secrets that may be given another value: where slots connect to. */
  readonly writableSecretArns: readonly pulumi.Input<string>[];
  /** What of it is written once, and never again. */
  readonly writtenOnceArns: readonly string[];
}

/** What no release may ever do, whatever else is allowed by whomever. */
export const neverReleased: readonly string[] = [
  'rds:DeleteDBInstance',
  'rds:DeleteDBInstanceAutomatedBackup',
  // Not even those that a release took: a release that went wrong must not take its own way back with it.
  'rds:DeleteDBSnapshot',
  'rds:ModifyDBSnapshotAttribute',
  'backup:DeleteRecoveryPoint',
  'backup:DeleteBackupVault',
  's3:DeleteObjectVersion',
  's3:DeleteBucket',
  's3:PutBucketPolicy',
  's3:PutLifecycleConfiguration',
  'secretsmanager:DeleteSecret',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
  'iam:Add*',
  'iam:Attach*',
  'iam:Create*',
  'iam:Delete*',
  'iam:Detach*',
  'iam:Put*',
  'iam:Remove*',
  'iam:Set*',
  'iam:Update*',
  'iam:Upload*',
  'elasticloadbalancing:DeleteLoadBalancer',
  'elasticloadbalancing:DeleteListener',
  'elasticloadbalancing:DeleteRule',
  'elasticloadbalancing:DeleteTargetGroup',
];

/** As long as the longest job that GitHub runs. */
export const releaseSeconds = 6 * 3_600;

/** IAM takes no empty list of what is let out. */
function denyOthers(actions: readonly string[], but: readonly pulumi.Input<string>[]): Statement {
  return but.length === 0 ? deny(actions, ['*']) : { Effect: 'Deny', Action: actions, NotResource: but };
}

/** What moves traffic: exactly the calls that the pipeline makes, and what a slot consists of. */
export class ReleaseRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: ReleaseRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:ReleaseRole', name, {}, opts);
    const role = new Role(
      shortForAutonaming(name, 64),
      {
        assumeRolePolicy: args.trustPolicy,
        maxSessionDuration: releaseSeconds,
        description: 'Releases: moves traffic',
      },
      { parent: this },
    );
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    const overwriting = { Null: { 's3:if-none-match': 'true' } };
    const denied = [
      deny(neverReleased, ['*']),
      deny(['s3:DeleteObject'], args.recordArns),
      denyOthers(['secretsmanager:PutSecretValue'], args.writableSecretArns),
      deny(['s3:PutObject'], args.writtenOnceArns, overwriting),
    ];
    new RolePolicy(name, { role: role.id, policy: policy(...args.statements, ...denied) }, { parent: this });
    this.arn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ arn: this.arn });
  }
}
