import { Policy } from '@pulumi/aws/iam/policy.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import * as pulumi from '@pulumi/pulumi';
import { copyTag } from '../../contract/aws-names.js';
import { deny, policy, type Conditions, type Statement } from './policy.js';
import type { PolicyApart } from './release-statements.js';
import { shortForAutonaming } from './short-name.js';

export interface ReleaseRoleArgs {
  readonly trustPolicy: pulumi.Input<string>;
  readonly statements: readonly Statement[];
  /** The same, of which each is a policy of its own. */
  readonly apart: readonly PolicyApart[];
  /** The only objects that may be deleted. */
  readonly passingArns: readonly string[];
  /** The only objects that may be written over: whatever else the store has is written once. */
  readonly replacedArns: readonly string[];
  /** The only secrets that may be given another value: where slots connect to. */
  readonly writableSecretArns: readonly pulumi.Input<string>[];
  /** The only instances that may be deleted, and only with the tag that says that they are copies. */
  readonly copyArns: readonly string[];
}

/** What no release may ever do, whatever else is allowed by whomever. */
export const neverReleased: readonly string[] = [
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
function denyOthers(
  actions: readonly string[],
  but: readonly pulumi.Input<string>[],
  conditions?: Conditions,
): Statement {
  if (but.length === 0) return deny(actions, ['*'], conditions);
  const statement = { Effect: 'Deny', Action: actions, NotResource: but } as const;
  return conditions ? { ...statement, Condition: conditions } : statement;
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
      denyOthers(['s3:DeleteObject'], args.passingArns),
      denyOthers(['secretsmanager:PutSecretValue'], args.writableSecretArns),
      denyOthers(['s3:PutObject'], args.replacedArns, overwriting),
      denyOthers(['rds:DeleteDBInstance'], args.copyArns),
      deny(['rds:DeleteDBInstance'], ['*'], { Null: { [`aws:ResourceTag/${copyTag}`]: 'true' } }),
    ];
    new RolePolicy(name, { role: role.id, policy: policy(...args.statements) }, { parent: this });
    // Policies of their own: what is allowed comes near to what IAM takes in one.
    const attach = (ending: string, description: string, statements: readonly Statement[]): void => {
      const shortName = shortForAutonaming(`${name}-${ending}`, 128);
      const own = new Policy(shortName, { description, policy: policy(...statements) }, { parent: this });
      new RolePolicyAttachment(`${name}-${ending}`, { role: role.name, policyArn: own.arn }, { parent: this });
    };
    attach('never', 'What no release may do, whatever else is allowed', denied);
    for (const { ending, description, statements } of args.apart) attach(ending, description, statements);
    this.arn = role.arn;
    this.roleName = role.name;
    this.registerOutputs({ arn: this.arn });
  }
}
