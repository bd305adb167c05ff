import { expect } from 'chai';
import * as pulumi from '@pulumi/pulumi';
import { AlarmTopics } from '../../../components/aws/alarm-topics.js';
import { CustomAlarms } from '../../../components/aws/custom-alarms.js';
import { DatabaseAlarms } from '../../../components/aws/database-alarms.js';
import { SlotBadAlarm } from '../../../components/aws/slot-bad-alarm.js';
import { TaskAlarms } from '../../../components/aws/task-alarms.js';
import { awsAlarmsSchema } from '../../../contract/aws-alarms-configuration.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

const metricAlarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const subscription = 'aws:sns/topicSubscription:TopicSubscription';
const topicArns = { low: 'low', medium: 'medium', high: 'high', critical: 'critical' };
const build = (program: () => pulumi.Resource): Promise<Recording<unknown>> =>
  record(() => program().urn, { answers: awsAnswers });

describe('AlarmTopics', () => {
  const pager = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:pager-Ab12Cd';
  const alarms = awsAlarmsSchema.parse({
    receivers: [
      { kind: 'email', from: 'medium', address: 'on-call@example.com' },
      { kind: 'pagerduty', from: 'critical', urlSecretArn: pager },
      { kind: 'slack', from: 'low', teamId: 'T0123', channelId: 'C0123' },
    ],
  });
  let recording: Recording<unknown>;
  before(async () => {
    const args = { accountId: '222222222222', receivers: alarms.receivers, keyArn: 'key' };
    recording = await build(() => new AlarmTopics('alarms', args));
  });

  it('has an encrypted topic per severity, to which alarms and events of this account may write', () => {
    expect(recording.ofType('aws:sns/topic:Topic').map((topic) => topic.inputs)).to.deep.equal(
      Array.from({ length: 4 }, () => ({ kmsMasterKeyId: 'key' })),
    );
    const text = recording.find('aws:sns/topicPolicy:TopicPolicy', 'alarms-high').inputs['policy'] as string;
    const { Statement: statements } = JSON.parse(text) as { Statement: Record<string, unknown>[] };
    expect(statements).to.deep.equal([
      {
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
        Action: ['sns:Publish'],
        Resource: ['arn:aws:sns:eu-central-1:222222222222:Topic/alarms-high'],
        Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } },
      },
    ]);
  });

  it('tells each receiver of its severity and all above', () => {
    expect(recording.ofType(subscription).map((each) => each.name)).to.have.members([
      'alarms-email-1-medium',
      'alarms-email-1-high',
      'alarms-email-1-critical',
      'alarms-pagerduty-2-critical',
    ]);
    expect(recording.find(subscription, 'alarms-email-1-high').inputs).to.include({
      protocol: 'email',
      endpoint: 'on-call@example.com',
    });
    const slack = recording.find('aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration', 'alarms-slack-3');
    expect(slack.inputs['snsTopicArns']).to.have.length(4);
    expect(slack.inputs).to.include({ slackTeamId: 'T0123', slackChannelId: 'C0123' });
  });

  it("reads the pager's URL from its secret and keeps it one", () => {
    const paged = recording.find(subscription, 'alarms-pagerduty-2-critical');
    expect(paged.inputs).to.include({ protocol: 'https', endpoint: `value of ${pager}` });
    expect(paged.secret).to.deep.equal(['endpoint']);
  });

  it('has one alarm per severity that only ever fires on purpose', () => {
    const test = recording.find(metricAlarm, 'alarms-test-critical');
    expect(test.inputs).to.deep.include({
      treatMissingData: 'notBreaching',
      alarmActions: ['arn:aws:sns:eu-central-1:222222222222:Topic/alarms-critical'],
    });
    expect(recording.ofType(metricAlarm)).to.have.length(4);
  });
});

describe('SlotBadAlarm', () => {
  const alarms = awsAlarmsSchema.parse({ limits: { errorPercent: 2, p95Milliseconds: 500, p99Milliseconds: 1_000 } });
  let recording: Recording<unknown>;
  before(async () => {
    const targetGroups = { api: 'targetgroup/api-green/1', web: 'targetgroup/web-green/1' };
    const args = { colour: 'green', alarms, balancer: 'app/shop/1', targetGroups, topicArns } as const;
    recording = await build(() => new SlotBadAlarm('green-bad', args));
  });

  it('fires when any service of the slot fails or is unhealthy, and not for slowness alone', () => {
    const composite = recording.find('aws:cloudwatch/compositeAlarm:CompositeAlarm', 'green-bad');
    expect(composite.inputs['alarmRule']).to.equal(
      ['api-errors', 'api-unhealthy', 'web-errors', 'web-unhealthy']
        .map((name) => `ALARM("green-bad-${name}-1a2b3c4")`)
        .join(' OR '),
    );
    expect(composite.inputs).to.deep.include({
      alarmActions: ['critical'],
      okActions: ['critical'],
      alarmName: 'green-bad',
    });
  });

  it('counts errors against requests, and nothing from a handful of them', () => {
    const errors = recording.find(metricAlarm, 'green-bad-api-errors');
    expect(errors.inputs).to.deep.include({
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 2,
      evaluationPeriods: 2,
      treatMissingData: 'notBreaching',
    });
    const queries = errors.inputs['metricQueries'] as {
      id: string;
      expression?: string;
      metric?: { dimensions: object };
    }[];
    expect(queries.map((query) => query.id)).to.deep.equal(['requests', 'errors', 'refused', 'result']);
    expect(queries.at(-1)?.expression).to.equal(
      'IF(requests >= 20, 100 * (FILL(errors, 0) + FILL(refused, 0)) / requests, 0)',
    );
    expect(queries[0]?.metric?.dimensions).to.deep.equal({
      LoadBalancer: 'app/shop/1',
      TargetGroup: 'targetgroup/api-green/1',
    });
  });

  it('tells somebody of slowness', () => {
    for (const [stat, threshold] of [
      ['p95', 0.5],
      ['p99', 1],
    ] as const) {
      expect(recording.find(metricAlarm, `green-bad-web-${stat}`).inputs).to.deep.include({
        metricName: 'TargetResponseTime',
        extendedStatistic: stat,
        threshold,
        alarmActions: ['medium'],
      });
    }
  });
});

describe('DatabaseAlarms', () => {
  const { limits } = awsAlarmsSchema.parse({});
  const database = (replica: string | null) => ({
    arn: pulumi.output('arn'),
    identifier: pulumi.output('db-1'),
    resourceId: pulumi.output('db-RESOURCE'),
    endpoint: pulumi.output('host'),
    port: pulumi.output(5_432),
    databaseName: 'shop',
    applicationSecretArn: pulumi.output('secret'),
    masterSecretArn: null,
    replicaIdentifier: replica === null ? null : pulumi.output(replica),
    restore: null,
  });

  it('warns of processors, connections, storage, deadlocks and a replica that is behind', async () => {
    const args = { database: database('db-2'), limits, maxConnections: 200, storageGibibytes: 100, topicArns };
    const recording = await build(() => new DatabaseAlarms('db', args));
    const seen = (name: string) => {
      const { threshold, comparisonOperator, alarmActions } = recording.find(metricAlarm, `db-${name}`).inputs;
      return [comparisonOperator, threshold, alarmActions];
    };
    expect(seen('cpu')).to.deep.equal(['GreaterThanThreshold', 70, ['medium']]);
    expect(seen('connections')).to.deep.equal(['GreaterThanThreshold', 160, ['high']]);
    expect(seen('storage')).to.deep.equal(['LessThanThreshold', 20 * 2 ** 30, ['high']]);
    expect(seen('deadlocks')).to.deep.equal(['GreaterThanThreshold', 0, ['medium']]);
    expect(seen('lag')).to.deep.equal(['GreaterThanThreshold', 5, ['high']]);
    const lag = recording.find(metricAlarm, 'db-lag').inputs;
    expect(lag).to.deep.include({ dimensions: { DBInstanceIdentifier: 'db-2' }, treatMissingData: 'breaching' });
    const [deadlocks] = recording.find(metricAlarm, 'db-deadlocks').inputs['metricQueries'] as { expression: string }[];
    expect(deadlocks?.expression).to.equal("DB_PERF_INSIGHTS('RDS', 'db-RESOURCE', 'db.Concurrency.deadlocks.avg')");
  });

  it('watches of an adopted database only what it can know', async () => {
    const args = { database: database(null), limits, maxConnections: null, storageGibibytes: null, topicArns };
    const recording = await build(() => new DatabaseAlarms('db', args));
    expect(recording.ofType(metricAlarm).map((each) => each.name)).to.deep.equal(['db-cpu', 'db-deadlocks']);
  });
});

describe('CustomAlarms', () => {
  it("watch the product's own figures, and take the silence of a job for an alarm where asked", async () => {
    const { custom } = awsAlarmsSchema.parse({
      custom: {
        'cache-hits': { namespace: 'Shop', metric: 'CacheHitRatio', is: 'below', threshold: 50, severity: 'high' },
        jobs: {
          namespace: 'Shop',
          metric: 'JobSuccess',
          statistic: 'p99',
          is: 'below',
          threshold: 99,
          silence: 'alarm',
        },
      },
    });
    const recording = await build(() => new CustomAlarms('custom', { alarms: custom, topicArns }));
    expect(recording.find(metricAlarm, 'custom-cache-hits').inputs).to.deep.include({
      namespace: 'Shop',
      metricName: 'CacheHitRatio',
      statistic: 'Average',
      comparisonOperator: 'LessThanThreshold',
      threshold: 50,
      evaluationPeriods: 5,
      treatMissingData: 'notBreaching',
      alarmActions: ['high'],
      okActions: ['high'],
    });
    expect(recording.find(metricAlarm, 'custom-jobs').inputs).to.deep.include({
      extendedStatistic: 'p99',
      treatMissingData: 'breaching',
    });
  });
});

describe('TaskAlarms', () => {
  it('watch whether tasks run that should, and how hard', async () => {
    const limits = { cpuPercent: 70, memoryPercent: 80 };
    const args = { cluster: 'shop', service: 'api-green', limits, topicArns, routed: true };
    const recording = await build(() => new TaskAlarms('api', args));
    const running = recording.find(metricAlarm, 'api-running').inputs;
    expect(running).to.deep.include({ threshold: 0, alarmActions: ['high'] });
    expect((running['metricQueries'] as { expression?: string }[]).at(-1)?.expression).to.equal('desired - running');
    for (const [what, metricName, threshold] of [
      ['cpu', 'CPUUtilization', 70],
      ['memory', 'MemoryUtilization', 80],
    ] as const) {
      const dimensions = { ClusterName: 'shop', ServiceName: 'api-green' };
      expect(recording.find(metricAlarm, `api-${what}`).inputs).to.deep.include({ metricName, threshold, dimensions });
    }
  });
});
