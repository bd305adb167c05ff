import { SlackChannelConfiguration } from '@pulumi/aws/chatbot/slackChannelConfiguration.js';
import { MetricAlarm } from '@pulumi/aws/cloudwatch/metricAlarm.js';
import { Role } from '@pulumi/aws/iam/role.js';
import { getSecretVersionOutput } from '@pulumi/aws/secretsmanager/getSecretVersion.js';
import { Topic } from '@pulumi/aws/sns/topic.js';
import { TopicPolicy } from '@pulumi/aws/sns/topicPolicy.js';
import { TopicSubscription } from '@pulumi/aws/sns/topicSubscription.js';
import * as pulumi from '@pulumi/pulumi';
import { heardBy, type Receiver } from '../../contract/aws-alarms-configuration.js';
import { severities, type Severity } from '../../contract/severity.js';
import { policy, trust } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface AlarmTopicsArgs {
  readonly accountId: string;
  readonly receivers: readonly Receiver[];
  readonly keyArn: pulumi.Input<string>;
}

export type PerSeverity<Value> = Readonly<Record<Severity, Value>>;

/** A topic per severity, whoever hears of it, and an alarm per severity that is fired only to prove that somebody does. */
export class AlarmTopics extends pulumi.ComponentResource {
  readonly arns: PerSeverity<pulumi.Output<string>>;
  readonly testAlarms: PerSeverity<pulumi.Output<string>>;

  constructor(name: string, args: AlarmTopicsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:AlarmTopics', name, {}, opts);
    const child = { parent: this };
    const topics = perSeverity((severity) => topic(`${name}-${severity}`, args, child));
    for (const [index, receiver] of args.receivers.entries()) {
      subscribe(`${name}-${receiver.kind}-${index + 1}`, receiver, topics, child);
    }
    this.arns = perSeverity((severity) => topics[severity].arn);
    this.testAlarms = perSeverity((severity) => testAlarm(`${name}-test-${severity}`, topics[severity], child).name);
    this.registerOutputs({ arns: this.arns });
  }
}

function perSeverity<Value>(make: (severity: Severity) => Value): PerSeverity<Value> {
  const [low, medium, high, critical] = severities;
  return { low: make(low), medium: make(medium), high: make(high), critical: make(critical) };
}

function topic(name: string, args: AlarmTopicsArgs, opts: pulumi.CustomResourceOptions): Topic {
  const topic = new Topic(name, { kmsMasterKeyId: args.keyArn }, opts);
  const statement = {
    Effect: 'Allow',
    Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
    Action: ['sns:Publish'],
    Resource: [topic.arn],
    Condition: { StringEquals: { 'aws:SourceAccount': args.accountId } },
  } as const;
  new TopicPolicy(name, { arn: topic.arn, policy: policy(statement) }, opts);
  return topic;
}

function subscribe(
  name: string,
  receiver: Receiver,
  topics: PerSeverity<Topic>,
  opts: pulumi.CustomResourceOptions & pulumi.InvokeOutputOptions,
): void {
  const heard = heardBy(receiver);
  if (receiver.kind === 'slack') {
    const role = new Role(shortForAutonaming(name, 64), { assumeRolePolicy: trust('chatbot.amazonaws.com') }, opts);
    new SlackChannelConfiguration(
      name,
      {
        configurationName: name,
        slackTeamId: receiver.teamId,
        slackChannelId: receiver.channelId,
        iamRoleArn: role.arn,
        snsTopicArns: heard.map((severity) => topics[severity].arn),
        guardrailPolicyArns: ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'],
      },
      opts,
    );
    return;
  }
  const endpoint =
    receiver.kind === 'email'
      ? receiver.address
      : pulumi.secret(getSecretVersionOutput({ secretId: receiver.urlSecretArn }, opts).secretString);
  const protocol = receiver.kind === 'email' ? 'email' : 'https';
  for (const severity of heard) {
    new TopicSubscription(`${name}-${severity}`, { topic: topics[severity].arn, protocol, endpoint }, opts);
  }
}

/** Nothing ever writes its metric: its state is set by hand. */
function testAlarm(name: string, topic: Topic, opts: pulumi.CustomResourceOptions): MetricAlarm {
  return new MetricAlarm(
    name,
    {
      alarmDescription: 'Fired on purpose, to prove that this page reaches someone',
      namespace: 'Crossfade',
      metricName: 'TestFire',
      dimensions: { Alarm: name },
      statistic: 'Sum',
      period: 60,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [topic.arn],
    },
    opts,
  );
}
