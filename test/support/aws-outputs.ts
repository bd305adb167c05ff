import { awsOutputsSchema, type AwsOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import { awsConfiguration } from './aws-configuration.js';

const account = 'eu-central-1:222222222222';
const arn = (service: string, rest: string) => `arn:aws:${service}:${account}:${rest}`;
const perSeverity = (value: (severity: string) => string) =>
  Object.fromEntries(['low', 'medium', 'high', 'critical'].map((severity) => [severity, value(severity)]));
const perColour = (value: (colour: string) => string) => ({ blue: value('blue'), green: value('green') });

function route(service: string, path: string, priority: number) {
  const balancing = (rest: string) => arn('elasticloadbalancing', rest);
  return {
    path,
    host: null,
    ruleArn: balancing(`listener-rule/app/shop/1/2/${service}`),
    targetGroups: perColour((colour) => balancing(`targetgroup/${service}-${colour}/1`)),
    metricDimensions: perColour((colour) => `targetgroup/${service}-${colour}/1`),
    testRules: perColour((colour) => balancing(`listener-rule/app/shop/1/3/${service}-${colour}`)),
    priority,
  };
}

/** What production's stack gives, written down: for whoever starts from outputs and not from a program. */
export function awsOutputs(parts: Partial<AwsOutputs> = {}): AwsOutputs {
  const { services } = awsConfiguration('production');
  const outputs = {
    format: 1,
    environment: 'production',
    services,
    platform: 'aws',
    tier: 'production',
    region: 'eu-central-1',
    accountId: '222222222222',
    tags: { 'crossfade:product': 'shop', 'crossfade:environment': 'production' },
    endpoint: null,
    network: { vpcId: 'vpc-1', privateSubnetIds: ['subnet-1', 'subnet-2'], serviceSecurityGroupId: 'sg-1' },
    cluster: { arn: arn('ecs', 'cluster/shop-production'), name: 'shop-production' },
    balancer: {
      arn: arn('elasticloadbalancing', 'loadbalancer/app/shop/1'),
      dnsName: 'shop-1.eu-central-1.elb.amazonaws.com',
      url: 'https://shop.example.com',
      testUrl: 'https://shop.example.com:8443',
      listenerArn: arn('elasticloadbalancing', 'listener/app/shop/1/2'),
      testListenerArn: arn('elasticloadbalancing', 'listener/app/shop/1/3'),
      maintenanceRuleArn: arn('elasticloadbalancing', 'listener-rule/app/shop/1/2/maintenance'),
      metricDimension: 'app/shop/1',
      cohortSeconds: null,
    },
    routes: { api: route('api', '/api', 23_564), web: route('web', '/', 23_867) },
    formerServices: {},
    database: {
      identifier: 'shop-production-database-1a2b3c4',
      endpoint: 'shop-production.rds.amazonaws.com',
      port: 5432,
      name: 'shop',
      applicationSecretArn: arn('secretsmanager', 'secret:application-Ab12Cd'),
      masterSecretArn: arn('secretsmanager', 'secret:master-Ab12Cd'),
      replicaIdentifier: null,
      migration: {
        executionRoleArn: 'arn:aws:iam::222222222222:role/migration-execution',
        taskRoleArn: 'arn:aws:iam::222222222222:role/migration-task',
      },
      restore: { subnetGroup: 'subnets', securityGroupIds: ['sg-2'], parameterGroup: 'parameters' },
      snapshots: {
        prefix: 'shop-production-database-release',
        keep: 3,
        kmsKeyArn: arn('kms', 'key/1'),
        vaultArn: null,
        copyTo: null,
        copyKeyArn: null,
      },
    },
    secrets: { 'secret-key': arn('secretsmanager', 'secret:secret-key-Ab12Cd') },
    alarms: {
      topics: perSeverity((severity) => arn('sns', severity)),
      testAlarms: perSeverity((severity) => `test-${severity}`),
      slotBad: perColour((colour) => arn('cloudwatch', `alarm:shop-production-${colour}-bad`)),
    },
    deadMansSwitch: {
      functionArn: arn('lambda', 'function:shop-production-dead-mans-switch'),
      scheduleGroup: 'shop-production-dead-mans-switch',
      scheduleRoleArn: 'arn:aws:iam::222222222222:role/shop-production-schedule',
    },
    slots: {
      executionRoleArn: 'arn:aws:iam::222222222222:role/execution',
      taskRoleArn: 'arn:aws:iam::222222222222:role/task',
      permissionsBoundaryArn: null,
      logGroups: Object.fromEntries(Object.keys(services).map((name) => [name, `/crossfade/shop/production/${name}`])),
      logKeyArn: arn('kms', 'key/2'),
      architecture: 'X86_64',
      scaleUpTo: 4,
      limits: { cpuPercent: 70, memoryPercent: 80 },
    },
    roles: null,
    approvals: 1,
    exceptions: [],
  };
  return { ...parse(awsOutputsSchema, outputs, 'production'), ...parts };
}

/** The same where rehearsals start releases: a way to each routed service on a copy. */
export function rehearsingOutputs(parts: Partial<AwsOutputs> = {}): AwsOutputs {
  const outputs = awsOutputs(parts);
  if (outputs.database === null) throw new Error('nothing is rehearsed without a database');
  const routes = Object.fromEntries(
    Object.keys(outputs.routes).map((service, index) => {
      const targetGroupArn = arn('elasticloadbalancing', `targetgroup/${service}-rehearsal/1`);
      return [service, { targetGroupArn, priority: 40_000 + index }];
    }),
  );
  const loginSecretArn = arn('secretsmanager', 'secret:rehearsal-Ab12Cd');
  return { ...outputs, database: { ...outputs.database, rehearsal: { loginSecretArn, routes } } };
}
