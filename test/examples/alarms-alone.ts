import { output } from '@pulumi/pulumi';
import { AlarmTopics } from '../../components/aws/alarm-topics.js';
import { DatabaseAlarms } from '../../components/aws/database-alarms.js';
import { EncryptionKey } from '../../components/aws/encryption-key.js';
import { SlotBadAlarm } from '../../components/aws/slot-bad-alarm.js';
import { awsAlarmsSchema } from '../../contract/aws-alarms-configuration.js';

const accountId = '222222222222';
const key = new EncryptionKey('alarms', {
  description: 'Alarms',
  accountId,
  services: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'],
  protect: false,
});
const alarms = awsAlarmsSchema.parse({ receivers: [{ kind: 'email', address: 'on-call@shop.example.com' }] });
const topics = new AlarmTopics('alarms', { accountId, receivers: alarms.receivers, keyArn: key.arn });
new DatabaseAlarms('orders', {
  database: {
    identifier: output('orders'),
    resourceId: output('db-ABCDEFGHIJKLMNOPQRSTUVWXY1'),
    replicaIdentifier: null,
  },
  limits: alarms.limits,
  maxConnections: 200,
  storageGibibytes: 100,
  topicArns: topics.arns,
});
const blue = new SlotBadAlarm('blue-bad', {
  colour: 'blue',
  alarms,
  balancer: 'app/shop/50dc6c495c0c9188',
  targetGroups: { api: 'targetgroup/shop-api-blue/73e2d6bc24d8a067' },
  topicArns: topics.arns,
});

export const blueBadArn = blue.arn;
export const testAlarms = topics.testAlarms;
