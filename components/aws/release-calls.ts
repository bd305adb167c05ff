/** What of an environment a permission is about. */
export type Target =
  /** Everything in the region: AWS can't say it narrower. */
  | 'region'
  | 'rules'
  | 'services'
  | 'tasks'
  | 'task-definitions'
  | 'log-streams'
  | 'test-alarms'
  | 'secrets'
  | 'logins'
  | 'data-key'
  | 'scaling'
  | 'scaling-alarms'
  | 'slot-alarms'
  | 'database'
  /** Instances that a run has restored from a release's snapshot: by name, no others. */
  | 'restored-instances'
  /** The same, to have RDS keep their masters' logins. */
  | 'restored-masters'
  /** Temporary copies of snapshots, by name and by tag: all that a release may delete of databases. */
  | 'copies'
  /** What RDS needs for one. */
  | 'restoring'
  /** Logins that RDS makes for their masters. */
  | 'new-logins'
  | 'restored-logins'
  /** Where slots connect to. */
  | 'application-login'
  /** What stands for rehearsals on a copy: the login there, tasks that users don't reach, and the way to them. */
  | 'rehearsal-login'
  | 'rehearsal-tasks'
  | 'rehearsal-logs'
  | 'rehearsal-groups'
  | 'release-snapshots'
  /** The same in another region, where the policy names one. */
  | 'snapshot-copies'
  | 'copy-key'
  | 'images'
  | 'schedule'
  | 'bucket'
  | 'objects'
  | 'passing-objects'
  | 'roles-of-tasks'
  | 'role-of-schedule';

/** An action of IAM, and on what. */
export type Grant = readonly [action: string, on: Target];

/**
 * Every call that the pipeline makes to AWS, as `client.Command` of the SDK, and what IAM asks for it. A test compares
 * this with the code, in both directions: a call that is added there is added here, with the least it can do with.
 */
export const releaseCalls: Readonly<Record<string, readonly Grant[]>> = {
  'application-auto-scaling.DescribeScalableTargets': [['application-autoscaling:DescribeScalableTargets', 'region']],
  'application-auto-scaling.RegisterScalableTarget': [['application-autoscaling:RegisterScalableTarget', 'scaling']],
  'cloudwatch-logs.GetLogEvents': [
    ['logs:GetLogEvents', 'log-streams'],
    ['logs:GetLogEvents', 'rehearsal-logs'],
  ],
  'cloudwatch.DescribeAlarmHistory': [['cloudwatch:DescribeAlarmHistory', 'region']],
  'cloudwatch.GetMetricData': [['cloudwatch:GetMetricData', 'region']],
  'cloudwatch.SetAlarmState': [['cloudwatch:SetAlarmState', 'test-alarms']],
  'ecr.DescribeImages': [['ecr:DescribeImages', 'images']],
  'ecs.DescribeServices': [['ecs:DescribeServices', 'services']],
  'ecs.DescribeTasks': [['ecs:DescribeTasks', 'tasks']],
  'ecs.ListTasks': [['ecs:ListTasks', 'region']],
  'ecs.RegisterTaskDefinition': [
    ['ecs:RegisterTaskDefinition', 'task-definitions'],
    ['ecs:RegisterTaskDefinition', 'rehearsal-tasks'],
    ['iam:PassRole', 'roles-of-tasks'],
  ],
  'ecs.RunTask': [
    ['ecs:RunTask', 'task-definitions'],
    ['ecs:RunTask', 'rehearsal-tasks'],
    ['iam:PassRole', 'roles-of-tasks'],
  ],
  'ecs.StopTask': [['ecs:StopTask', 'tasks']],
  'ecs.UpdateService': [['ecs:UpdateService', 'services']],
  'elastic-load-balancing-v2.DeregisterTargets': [['elasticloadbalancing:DeregisterTargets', 'rehearsal-groups']],
  'elastic-load-balancing-v2.DescribeRules': [['elasticloadbalancing:DescribeRules', 'region']],
  'elastic-load-balancing-v2.DescribeTargetHealth': [['elasticloadbalancing:DescribeTargetHealth', 'region']],
  'elastic-load-balancing-v2.ModifyRule': [['elasticloadbalancing:ModifyRule', 'rules']],
  'elastic-load-balancing-v2.RegisterTargets': [['elasticloadbalancing:RegisterTargets', 'rehearsal-groups']],
  'rds.AddTagsToResource': [
    ['rds:AddTagsToResource', 'database'],
    ['rds:AddTagsToResource', 'restored-instances'],
  ],
  'rds.CopyDBSnapshot': [
    ['rds:CopyDBSnapshot', 'release-snapshots'],
    ['rds:CopyDBSnapshot', 'snapshot-copies'],
    ['rds:AddTagsToResource', 'snapshot-copies'],
    ['kms:CreateGrant', 'copy-key'],
    ['kms:DescribeKey', 'copy-key'],
  ],
  'rds.CreateDBSnapshot': [
    ['rds:CreateDBSnapshot', 'database'],
    ['rds:CreateDBSnapshot', 'restored-instances'],
    ['rds:CreateDBSnapshot', 'release-snapshots'],
    ['rds:AddTagsToResource', 'release-snapshots'],
  ],
  'rds.DeleteDBInstance': [['rds:DeleteDBInstance', 'copies']],
  'rds.DescribeDBInstances': [['rds:DescribeDBInstances', 'region']],
  'rds.DescribeDBSnapshots': [['rds:DescribeDBSnapshots', 'region']],
  // The login is kept encrypted with the database's own key.
  'rds.ModifyDBInstance': [
    ['rds:ModifyDBInstance', 'restored-masters'],
    ['secretsmanager:CreateSecret', 'new-logins'],
    ['secretsmanager:TagResource', 'new-logins'],
    ['kms:CreateGrant', 'data-key'],
    ['kms:DescribeKey', 'data-key'],
    ['kms:Decrypt', 'data-key'],
    ['kms:GenerateDataKey', 'data-key'],
  ],
  // A restored instance is encrypted with the same key.
  'rds.RestoreDBInstanceFromDBSnapshot': [
    ['rds:RestoreDBInstanceFromDBSnapshot', 'restored-instances'],
    ['rds:RestoreDBInstanceFromDBSnapshot', 'restoring'],
    ['rds:AddTagsToResource', 'restored-instances'],
    ['kms:CreateGrant', 'data-key'],
    ['kms:DescribeKey', 'data-key'],
  ],
  'scheduler.CreateSchedule': [
    ['scheduler:CreateSchedule', 'schedule'],
    ['iam:PassRole', 'role-of-schedule'],
  ],
  'scheduler.DeleteSchedule': [['scheduler:DeleteSchedule', 'schedule']],
  'scheduler.GetSchedule': [['scheduler:GetSchedule', 'schedule']],
  'scheduler.UpdateSchedule': [
    ['scheduler:UpdateSchedule', 'schedule'],
    ['iam:PassRole', 'role-of-schedule'],
  ],
  // Of a lease only the newest renewals stay; whatever else was written stays for ever.
  's3.DeleteObject': [['s3:DeleteObject', 'passing-objects']],
  's3.GetBucketEncryption': [['s3:GetEncryptionConfiguration', 'bucket']],
  's3.GetBucketVersioning': [['s3:GetBucketVersioning', 'bucket']],
  's3.GetObject': [['s3:GetObject', 'objects']],
  's3.GetObjectLockConfiguration': [['s3:GetBucketObjectLockConfiguration', 'bucket']],
  's3.GetPublicAccessBlock': [['s3:GetBucketPublicAccessBlock', 'bucket']],
  's3.ListObjectsV2': [['s3:ListBucket', 'bucket']],
  's3.PutObject': [
    ['s3:PutObject', 'objects'],
    ['s3:PutObjectRetention', 'objects'],
  ],
  'secrets-manager.DescribeSecret': [['secretsmanager:DescribeSecret', 'secrets']],
  'secrets-manager.GetSecretValue': [
    ['secretsmanager:GetSecretValue', 'logins'],
    ['secretsmanager:GetSecretValue', 'restored-logins'],
    ['kms:Decrypt', 'data-key'],
  ],
  // Only the application's logins: the one that names where slots connect to, and the one at a copy.
  'secrets-manager.PutSecretValue': [
    ['secretsmanager:PutSecretValue', 'application-login'],
    ['secretsmanager:PutSecretValue', 'rehearsal-login'],
    ['kms:GenerateDataKey', 'data-key'],
  ],
  // Anybody may ask who they are.
  'sts.GetCallerIdentity': [],
};

/**
 * Calls that Crossfade makes as well, and never as the release role. By call, why.
 */
export const keptFromReleases: Readonly<Record<string, string>> = {
  'kms.GetPublicKey': 'evidence is signed by whoever exports it, with a key that they name',
  'kms.Sign': 'a role that releases does not vouch for what it did itself',
  'rds.DeleteDBSnapshot':
    'a scheduled job prunes snapshots as the provision role, so that no release can delete its own way back',
};

const tagged = (service: string, on: Target): readonly Grant[] => [
  [`${service}:TagResource`, on],
  [`${service}:UntagResource`, on],
  [`${service}:ListTagsForResource`, on],
];

/**
 * Every type of resource that a slot consists of, and what its provider asks of AWS to make, change and delete it. A
 * test compares the types with those that a slot's program declares; the actions are the provider's, and not derived.
 */
export const slotResources: Readonly<Record<string, readonly Grant[]>> = {
  'aws:appautoscaling/policy:Policy': [
    ['application-autoscaling:PutScalingPolicy', 'scaling'],
    ['application-autoscaling:DeleteScalingPolicy', 'scaling'],
    ['application-autoscaling:DescribeScalingPolicies', 'region'],
    // Scaling by a target makes, changes and deletes alarms of its own, in the name of whoever asks for the policy.
    ['cloudwatch:PutMetricAlarm', 'scaling-alarms'],
    ['cloudwatch:DeleteAlarms', 'scaling-alarms'],
  ],
  'aws:appautoscaling/target:Target': [
    ['application-autoscaling:RegisterScalableTarget', 'scaling'],
    ['application-autoscaling:DeregisterScalableTarget', 'scaling'],
    ['application-autoscaling:DescribeScalableTargets', 'region'],
    ...tagged('application-autoscaling', 'scaling'),
  ],
  'aws:cloudwatch/metricAlarm:MetricAlarm': [
    ['cloudwatch:PutMetricAlarm', 'slot-alarms'],
    ['cloudwatch:DeleteAlarms', 'slot-alarms'],
    ['cloudwatch:DescribeAlarms', 'region'],
    ...tagged('cloudwatch', 'slot-alarms'),
  ],
  'aws:ecs/service:Service': [
    ['ecs:CreateService', 'services'],
    ['ecs:UpdateService', 'services'],
    ['ecs:DeleteService', 'services'],
    ['ecs:DescribeServices', 'services'],
    ['ecs:ListServiceDeployments', 'services'],
    ['ecs:DescribeServiceDeployments', 'services'],
    ...tagged('ecs', 'services'),
  ],
  'aws:ecs/taskDefinition:TaskDefinition': [
    ['ecs:RegisterTaskDefinition', 'task-definitions'],
    ['ecs:DeregisterTaskDefinition', 'region'],
    ['ecs:DescribeTaskDefinition', 'region'],
    ...tagged('ecs', 'task-definitions'),
    ['iam:PassRole', 'roles-of-tasks'],
  ],
  // Runs in the engine, with the credentials of whoever destroys: it asks, and makes nothing.
  'pulumi-nodejs:dynamic/aws:SlotGuard': [
    ['elasticloadbalancing:DescribeRules', 'region'],
    ['cloudwatch:GetMetricData', 'region'],
    ['ecs:DescribeServices', 'services'],
  ],
};
