// The handler: connects the switch to AWS. The SDK's clients are part of Lambda's own Node.
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { fire } from './fire.mjs';

const balancers = new ElasticLoadBalancingV2Client({});
const watch = new CloudWatchClient({});
const scheduler = new SchedulerClient({});
const topics = new SNSClient({});
const buckets = new S3Client({ forcePathStyle: process.env.S3_PATH_STYLE === 'true' });

const { ENVIRONMENT, STORE_BUCKET, STORE_PREFIX, SCHEDULE_GROUP, TOPIC_ARN, BAD_BLUE_ARN, BAD_GREEN_ARN } = process.env;
const { STORE_KMS_KEY = '', STORE_LOCK_MODE = '', STORE_LOCK_DAYS } = process.env;
const alarms = { blue: BAD_BLUE_ARN, green: BAD_GREEN_ARN };
const prefix = STORE_PREFIX === '' ? '' : `${STORE_PREFIX}/`;

export async function handler(event) {
  const done = await fire(event, world);
  console.log(JSON.stringify(done));
  return done;
}

const store = {
  async last(stream) {
    let highest;
    let token;
    do {
      const page = await buckets.send(
        new ListObjectsV2Command({ Bucket: STORE_BUCKET, Prefix: `${prefix}${stream}/`, ContinuationToken: token }),
      );
      for (const { Key } of page.Contents ?? []) {
        const match = /\/(\d{9})\.json$/.exec(Key);
        if (match) highest = Math.max(highest ?? 0, Number(match[1]));
      }
      token = page.NextContinuationToken;
    } while (token);
    return highest;
  },
  async get(key) {
    try {
      const found = await buckets.send(new GetObjectCommand({ Bucket: STORE_BUCKET, Key: `${prefix}${key}` }));
      return await found.Body.transformToString();
    } catch (error) {
      if (error.name === 'NoSuchKey') return undefined;
      throw error;
    }
  },
  async put(key, text) {
    await buckets.send(new PutObjectCommand(object(key, text)));
  },
  async putOnce(key, text) {
    try {
      await buckets.send(new PutObjectCommand({ ...object(key, text), IfNoneMatch: '*' }));
      return 'written';
    } catch (error) {
      if (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict') return 'exists';
      throw error;
    }
  },
};

/** Encrypted and, where it is a journal's line, locked as the pipeline does it: see journal/s3-bucket.ts. */
function object(key, text) {
  const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: STORE_KMS_KEY, BucketKeyEnabled: true };
  const until = new Date(Date.now() + Number(STORE_LOCK_DAYS) * 86_400_000);
  const locked = { ObjectLockMode: STORE_LOCK_MODE, ObjectLockRetainUntilDate: until };
  return {
    Bucket: STORE_BUCKET,
    Key: `${prefix}${key}`,
    Body: text,
    ...(STORE_KMS_KEY === '' ? {} : encrypted),
    ...(STORE_LOCK_MODE !== '' && key.startsWith('journals/') ? locked : {}),
  };
}

const world = {
  environment: ENVIRONMENT,
  alarms,
  store,
  now: () => new Date(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  async schedule() {
    try {
      const found = await scheduler.send(new GetScheduleCommand({ GroupName: SCHEDULE_GROUP, Name: 'armed' }));
      const at = Date.parse(`${/^at\((.*)\)$/.exec(found.ScheduleExpression)?.[1]}Z`);
      return { input: JSON.parse(found.Target.Input), at };
    } catch (error) {
      if (error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  },
  async alarmState(colour) {
    const name = alarms[colour].split(':alarm:')[1];
    const found = await watch.send(new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['CompositeAlarm'] }));
    return found.CompositeAlarms?.[0]?.StateValue;
  },
  async writeRule(route) {
    const TargetGroups = route.targets.map((to) => ({ TargetGroupArn: to.targetGroupArn, Weight: to.weight }));
    const ForwardConfig = { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } };
    const Actions = [{ Type: 'forward', Order: 1, ForwardConfig }];
    await balancers.send(new ModifyRuleCommand({ RuleArn: route.ruleArn, Actions }));
  },
  async page(subject, text) {
    await topics.send(new PublishCommand({ TopicArn: TOPIC_ARN, Subject: subject.slice(0, 100), Message: text }));
  },
};
