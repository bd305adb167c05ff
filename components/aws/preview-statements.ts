import type * as pulumi from '@pulumi/pulumi';
import { environmentServices } from './permissions-boundary.js';
import { allow, type Statement } from './policy.js';
import { stateStatements, storeObjects, type StatePlace } from './state-statements.js';

export interface PreviewStatementsArgs extends StatePlace {
  readonly store: { readonly bucket: string; readonly prefix: string };
  readonly storeKeyArn: string | null;
  /** Secrets that the program itself reads: URLs of pagers. */
  readonly readSecretArns: readonly pulumi.Input<string>[];
}

/** Services whose Describe and List tell how things are set, and nothing of what they hold. */
const described = environmentServices.filter((service) => !['s3', 'sts', 'tag'].includes(service));

/** What has to be got one by one: no Get of theirs is allowed as a whole, since some give out what is kept. */
const settings: readonly string[] = [
  'backup:GetBackupPlan',
  'backup:GetBackupSelection',
  'backup:GetBackupVaultAccessPolicy',
  'cloudformation:GetTemplate',
  'cloudwatch:GetDashboard',
  'ecr:GetRepositoryPolicy',
  'iam:GetOpenIDConnectProvider',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'lambda:GetFunction',
  'lambda:GetFunctionCodeSigningConfig',
  'lambda:GetFunctionConfiguration',
  'lambda:GetPolicy',
  'route53:GetHostedZone',
  's3:GetAccelerateConfiguration',
  's3:GetBucket*',
  's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetReplicationConfiguration',
  's3:ListBucket',
  'scheduler:GetSchedule',
  'scheduler:GetScheduleGroup',
  'secretsmanager:GetRandomPassword',
  'secretsmanager:GetResourcePolicy',
  'serverlessrepo:GetApplication',
  'sns:GetSubscriptionAttributes',
  'sns:GetTopicAttributes',
  'tag:GetResources',
];

/**
 * What a preview may read: how everything is set, Pulumi's state, the store's records, and the secrets that the program
 * reads itself. Nothing may be changed, and no data be read. The state holds secrets, which this role can decrypt:
 * whoever may push a branch to the repository can read them.
 */
export function previewStatements(args: PreviewStatementsArgs): readonly Statement[] {
  const { store, storeKeyArn, readSecretArns } = args;
  const looks = described.flatMap((service) => [`${service}:Describe*`, `${service}:List*`]);
  return [
    allow([...looks, ...settings].sort(), ['*']),
    allow(['s3:GetObject'], [`${storeObjects(store)}*`]),
    ...(readSecretArns.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], readSecretArns)]),
    ...(storeKeyArn === null ? [] : [allow(['kms:Decrypt'], [storeKeyArn])]),
    ...stateStatements(args, 'read'),
  ];
}
