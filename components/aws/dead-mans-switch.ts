import { fileURLToPath } from 'node:url';
import { EventRule } from '@pulumi/aws/cloudwatch/eventRule.js';
import { EventTarget } from '@pulumi/aws/cloudwatch/eventTarget.js';
import { LogGroup } from '@pulumi/aws/cloudwatch/logGroup.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import { Function as LambdaFunction } from '@pulumi/aws/lambda/function.js';
import { Permission } from '@pulumi/aws/lambda/permission.js';
import { ScheduleGroup } from '@pulumi/aws/scheduler/scheduleGroup.js';
import * as pulumi from '@pulumi/pulumi';
import type { BucketPlace } from '../../contract/bucket-of.js';
import type { PerColour } from '../../contract/outputs.js';
import type { StoreBucket } from '../../contract/store-bucket.js';
import { alarm } from './alarm.js';
import { allow, policy, trust } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface DeadMansSwitchArgs {
  readonly environment: string;
  readonly accountId: string;
  readonly region: string;
  /** Where the journal lies. */
  readonly store: BucketPlace & StoreBucket;
  readonly ruleArns: pulumi.Input<string>[];
  /** Which the same schedules switch off when a maintenance page's time is over. */
  readonly maintenanceRuleArn: pulumi.Input<string>;
  readonly slotBadArns: PerColour<pulumi.Input<string>>;
  readonly topicArn: pulumi.Input<string>;
  readonly logDays: number;
  readonly logKeyArn: pulumi.Input<string>;
  readonly topicKeyArn: pulumi.Input<string>;
}

/**
 * Takes split traffic back when the run that split it gives no more sign: at the deadline that the run keeps moving,
 * or as soon as the slot that was given traffic is bad. Armed by a schedule, which is the pipeline's.
 */
export class DeadMansSwitch extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly scheduleGroup: pulumi.Output<string>;
  readonly scheduleRoleArn: pulumi.Output<string>;

  constructor(name: string, args: DeadMansSwitchArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:DeadMansSwitch', name, {}, opts);
    const child = { parent: this };
    const short = shortForAutonaming(name, 64);
    const schedules = new ScheduleGroup(short, {}, child);
    const logs = new LogGroup(name, { retentionInDays: args.logDays, kmsKeyId: args.logKeyArn }, child);
    const role = new Role(short, { assumeRolePolicy: trust('lambda.amazonaws.com') }, child);
    const policyText = policy(...statements(args, logs.arn, schedules.name));
    const permissions = new RolePolicy(name, { role: role.id, policy: policyText }, child);
    const lambda = new LambdaFunction(
      short,
      {
        description: `Takes split traffic of ${args.environment} back when its run is gone`,
        runtime: 'nodejs22.x',
        handler: 'index.handler',
        code: new pulumi.asset.AssetArchive({ 'index.mjs': code('index.mjs'), 'fire.mjs': code('fire.mjs') }),
        role: role.arn,
        timeout: 60,
        memorySize: 256,
        loggingConfig: { logFormat: 'JSON', logGroup: logs.name },
        environment: {
          variables: {
            ENVIRONMENT: args.environment,
            STORE_BUCKET: args.store.bucket,
            STORE_PREFIX: args.store.prefix,
            STORE_KMS_KEY: args.store.kmsKeyArn ?? '',
            STORE_LOCK_MODE: args.store.lock?.mode.toUpperCase() ?? '',
            STORE_LOCK_DAYS: String(args.store.lock?.days ?? 0),
            SCHEDULE_GROUP: schedules.name,
            TOPIC_ARN: args.topicArn,
            BAD_BLUE_ARN: args.slotBadArns.blue,
            BAD_GREEN_ARN: args.slotBadArns.green,
          },
        },
      },
      { ...child, dependsOn: permissions },
    );
    const bad = new EventRule(
      short,
      {
        description: "A slot's composite alarm has fired",
        eventPattern: pulumi.jsonStringify({
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [args.slotBadArns.blue, args.slotBadArns.green],
          detail: { state: { value: ['ALARM'] } },
        }),
      },
      child,
    );
    new EventTarget(name, { rule: bad.name, arn: lambda.arn }, child);
    const principal = { function: lambda.name, action: 'lambda:InvokeFunction', principal: 'events.amazonaws.com' };
    new Permission(name, { ...principal, sourceArn: bad.arn }, child);
    // Whoever relies on it must hear when it is broken, and not on the night that it is needed.
    alarm(
      `${name}-failed`,
      {
        description: `The dead man's switch of ${args.environment} has failed: split traffic may stay split`,
        is: 'above',
        threshold: 0,
        minutes: 1,
        topicArns: [args.topicArn],
        of: { namespace: 'AWS/Lambda', metricName: 'Errors', dimensions: { FunctionName: lambda.name }, stat: 'Sum' },
      },
      child,
    );
    const own = { StringEquals: { 'aws:SourceAccount': args.accountId } };
    const scheduler = new Role(
      shortForAutonaming(`${name}-schedule`, 64),
      { assumeRolePolicy: trust('scheduler.amazonaws.com', own) },
      child,
    );
    const scheduled = policy(
      allow(['lambda:InvokeFunction'], [lambda.arn]),
      allow(['elasticloadbalancing:ModifyRule'], [args.maintenanceRuleArn]),
    );
    new RolePolicy(`${name}-schedule`, { role: scheduler.id, policy: scheduled }, child);

    this.functionArn = lambda.arn;
    this.scheduleGroup = schedules.name;
    this.scheduleRoleArn = scheduler.arn;
    this.registerOutputs({ functionArn: this.functionArn });
  }
}

function code(file: string): pulumi.asset.FileAsset {
  return new pulumi.asset.FileAsset(fileURLToPath(new URL(`./dead-mans-switch/${file}`, import.meta.url)));
}

function statements(args: DeadMansSwitchArgs, logsArn: pulumi.Input<string>, group: pulumi.Input<string>) {
  const bucket = `arn:aws:s3:::${args.store.bucket}`;
  const prefix = args.store.prefix === '' ? '' : `${args.store.prefix}/`;
  const of = (folder: string): string => `${bucket}/${prefix}${folder}/*`;
  const schedules = pulumi.interpolate`arn:aws:scheduler:${args.region}:${args.accountId}:schedule/${group}/*`;
  return [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [pulumi.interpolate`${logsArn}:*`]),
    allow(['elasticloadbalancing:ModifyRule'], args.ruleArns),
    allow(['scheduler:GetSchedule'], [schedules]),
    allow(['cloudwatch:DescribeAlarms'], ['*']),
    // It appends: IAM itself refuses to replace what was written, https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html.
    allow(['s3:PutObject'], [of('leases'), of('journals')], { Null: { 's3:if-none-match': 'false' } }),
    allow(['s3:PutObject'], [of('switches')]),
    allow(['s3:GetObject'], [of('leases'), of('switches'), of('journals')]),
    ...(args.store.lock === null ? [] : [allow(['s3:PutObjectRetention'], [of('journals')])]),
    allow(['s3:ListBucket'], [bucket]),
    allow(['sns:Publish'], [args.topicArn]),
    allow(
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      [args.topicKeyArn, ...(args.store.kmsKeyArn === null ? [] : [args.store.kmsKeyArn])],
    ),
  ];
}
