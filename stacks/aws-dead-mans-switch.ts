import type * as pulumi from '@pulumi/pulumi';
import type { AlarmTopics } from '../components/aws/alarm-topics.js';
import { DeadMansSwitch } from '../components/aws/dead-mans-switch.js';
import type { EncryptionKey } from '../components/aws/encryption-key.js';
import type { Route } from '../components/aws/route.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import type { PerColour } from '../contract/outputs.js';
import { bucketOf } from '../contract/bucket-of.js';

interface Guarded {
  readonly environment: string;
  readonly configuration: AwsConfiguration;
  readonly routes: Readonly<Record<string, Route>>;
  readonly maintenanceRuleArn: pulumi.Input<string>;
  readonly slotBad: PerColour<pulumi.Input<string>>;
  readonly topics: AlarmTopics;
  readonly logKey: EncryptionKey;
  readonly alarmKey: EncryptionKey;
}

/** Null where it is switched off. */
export function awsDeadMansSwitch(
  name: string,
  { environment, configuration, routes, maintenanceRuleArn, slotBad, topics, logKey, alarmKey }: Guarded,
  opts: pulumi.ComponentResourceOptions,
): DeadMansSwitch | null {
  const { pipeline, accountId, region, logDays } = configuration;
  if (!pipeline.deadMansSwitch) return null;
  return new DeadMansSwitch(
    name,
    {
      environment,
      accountId,
      region,
      store: { ...bucketOf(configuration.store), ...configuration.storeBucket },
      ruleArns: Object.values(routes).map((route) => route.ruleArn),
      maintenanceRuleArn,
      slotBadArns: slotBad,
      topicArn: topics.arns.critical,
      logDays,
      logKeyArn: logKey.arn,
      topicKeyArn: alarmKey.arn,
    },
    opts,
  );
}
