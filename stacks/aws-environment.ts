import type * as pulumi from '@pulumi/pulumi';
import { AlarmTopics } from '../components/aws/alarm-topics.js';
import { Balancer } from '../components/aws/balancer.js';
import { Cluster } from '../components/aws/cluster.js';
import { EncryptionKey } from '../components/aws/encryption-key.js';
import { ServiceLogs } from '../components/aws/service-logs.js';
import { ServiceRoles } from '../components/aws/service-roles.js';
import { environmentPrefix, restoredPrefix } from '../contract/aws-names.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import type { AwsOutputs, EnvironmentOutputs } from '../contract/outputs.js';
import { awsAlarms } from './aws-alarms.js';
import { awsDatabase } from './aws-database.js';
import { awsFirewall, awsNetwork } from './aws-network.js';
import { awsDeadMansSwitch } from './aws-dead-mans-switch.js';
import { awsProvider, defaultTags } from './aws-provider.js';
import { awsRehearsal } from './aws-rehearsal.js';
import { awsBoundary, awsRoles } from './aws-roles.js';
import { awsRoutes } from './aws-routes.js';
import { awsSecrets } from './aws-secrets.js';
import { checkAwsConfiguration } from './check-aws-configuration.js';
import type { Unresolved } from './unresolved.js';

export interface AwsEnvironmentOptions {
  readonly environment: string;
  readonly configuration: AwsConfiguration;
  readonly last: EnvironmentOutputs | undefined;
}

/** Staging and production alike: what differs is the configuration, and what `tier: production` enforces of it. */
export function awsEnvironment({ environment, configuration, last }: AwsEnvironmentOptions): Unresolved<AwsOutputs> {
  checkAwsConfiguration(configuration);
  const { accountId, region, protect, services, balancer: wanted } = configuration;
  const name = environmentPrefix(configuration.product, environment);
  const tags = defaultTags(configuration, environment);
  const provider = awsProvider(name, { ...configuration, tags });
  const boundary = awsBoundary(name, configuration, { provider });
  const opts: pulumi.ComponentResourceOptions & pulumi.InvokeOutputOptions = { provider, ...boundary.opts };

  const key = (what: string, description: string, users: readonly string[], keep = false): EncryptionKey =>
    new EncryptionKey(`${name}-${what}`, { description, accountId, services: users, protect, keep }, opts);
  const logKey = key('logs', `Logs of ${name}`, [`logs.${region}.amazonaws.com`]);
  // Snapshots outlive the environment, and without their key they are noise.
  const dataKey = key('data', `Database, snapshots and secrets of ${name}`, [], true);
  const alarmKey = key('alarms', `Alarms of ${name}`, ['cloudwatch.amazonaws.com', 'events.amazonaws.com']);

  const network = awsNetwork(`${name}-network`, configuration, logKey.arn, opts);
  const firewall = awsFirewall(`${name}-firewall`, configuration, network, opts);
  const balancer = new Balancer(
    name,
    { ...wanted, accountId, network, securityGroupId: firewall.balancerGroupId, protect },
    opts,
  );
  const lastHere = last?.platform === 'aws' ? last : undefined;
  const { routes, outputs, former } = awsRoutes(
    name,
    { configuration, balancer, vpcId: network.vpcId, last: lastHere },
    opts,
  );
  const topics = new AlarmTopics(
    `${name}-alarms`,
    { accountId, receivers: configuration.alarms.receivers, keyArn: alarmKey.arn },
    opts,
  );
  const database = awsDatabase(`${name}-database`, { configuration, network, firewall, key: dataKey, topics }, opts);
  const secrets = awsSecrets(name, configuration, dataKey, opts);
  const { vpcId } = network;
  const { testListenerArn } = balancer;
  const around = { configuration, former, vpcId, testListenerArn, key: dataKey, last: lastHere };
  const rehearsal = awsRehearsal(name, around, opts);
  const cluster = new Cluster(name, { clusterName: name, protect }, opts);
  const logs = new ServiceLogs(
    `${name}-services`,
    {
      prefix: `/crossfade/${configuration.product}/${environment}`,
      services: Object.keys({ ...former, ...services }),
      days: configuration.logDays,
      keyArn: logKey.arn,
      protect,
    },
    opts,
  );
  const databaseSecret = database.ids ? [database.ids.applicationSecretArn] : [];
  const rehearsalSecret = rehearsal ? [rehearsal.loginSecretArn] : [];
  const rolesOf = (what: string, secretArns: pulumi.Input<string>[], mastersOf?: string): ServiceRoles =>
    new ServiceRoles(
      `${name}-${what}`,
      {
        accountId,
        logGroupArns: logs.arns,
        secretArns: [...Object.values(secrets), ...databaseSecret, ...rehearsalSecret, ...secretArns],
        ...(mastersOf === undefined ? {} : { mastersOf }),
        dataKeyArn: dataKey.arn,
        imageAccounts: [accountId, ...configuration.imagesFrom],
        taskPolicyArns: configuration.taskPolicyArns,
      },
      opts,
    );
  const taskRoles = rolesOf('services', []);
  // Whoever may change the schema logs in with a secret that no slot's task can be started with.
  const snapshotPrefix = `${name}-database-release`;
  const restoredArns = `arn:aws:rds:${region}:${accountId}:db:${restoredPrefix(snapshotPrefix)}*`;
  const migrationRoles = database.ids?.masterSecretArn
    ? rolesOf('migration', [database.ids.masterSecretArn], restoredArns)
    : null;
  const slotBad = awsAlarms(name, { configuration, topics, balancer, routes, database: database.ids }, opts);
  const deadMansSwitch = awsDeadMansSwitch(
    `${name}-dead-mans-switch`,
    {
      environment,
      configuration,
      routes,
      maintenanceRuleArn: balancer.maintenanceRuleArn,
      slotBad,
      topics,
      logKey,
      alarmKey,
    },
    opts,
  );
  const roles = awsRoles(
    `${name}-pipeline`,
    {
      environment,
      configuration,
      clusterName: name,
      ruleArns: [...Object.values(routes).map((route) => route.ruleArn), balancer.maintenanceRuleArn],
      database: database.ids && {
        ...database.ids,
        snapshotPrefix,
        copies: database.copies,
        rehearsal: rehearsal && {
          loginSecretArn: rehearsal.loginSecretArn,
          targetGroupArns: Object.values(rehearsal.routes).map(({ targetGroupArn }) => targetGroupArn),
        },
      },
      schedule: deadMansSwitch && { group: deadMansSwitch.scheduleGroup, roleArn: deadMansSwitch.scheduleRoleArn },
      taskRoleArns: [taskRoles, ...(migrationRoles ? [migrationRoles] : [])].flatMap((made) => [
        made.executionRoleArn,
        made.taskRoleArn,
      ]),
      logGroupArns: logs.arns,
      testAlarms: Object.values(topics.testAlarms),
      secretArns: [...Object.values(secrets), ...databaseSecret],
      loginArns: [...databaseSecret, ...(database.ids?.masterSecretArn ? [database.ids.masterSecretArn] : [])],
      dataKeyArn: dataKey.arn,
    },
    opts,
  );

  return {
    format: 1,
    environment,
    services,
    platform: 'aws',
    tier: configuration.tier,
    region,
    accountId,
    tags,
    endpoint: configuration.endpoint,
    network: {
      vpcId: network.vpcId,
      privateSubnetIds: network.privateSubnetIds,
      serviceSecurityGroupId: firewall.serviceGroupId,
    },
    cluster: { arn: cluster.arn, name: cluster.clusterName },
    balancer: {
      arn: balancer.arn,
      dnsName: balancer.dnsName,
      url: balancer.url,
      testUrl: balancer.testUrl,
      listenerArn: balancer.listenerArn,
      testListenerArn: balancer.testListenerArn,
      maintenanceRuleArn: balancer.maintenanceRuleArn,
      metricDimension: balancer.metricDimension,
      cohortSeconds: configuration.affinity === 'cohort' ? Math.ceil(wanted.cohortFor / 1_000) : null,
    },
    routes: outputs,
    formerServices: former,
    database: database.outputs && { ...database.outputs, migration: rolesToMigrate(migrationRoles), rehearsal },
    secrets,
    alarms: { topics: topics.arns, testAlarms: topics.testAlarms, slotBad },
    deadMansSwitch: deadMansSwitch
      ? {
          functionArn: deadMansSwitch.functionArn,
          scheduleGroup: deadMansSwitch.scheduleGroup,
          scheduleRoleArn: deadMansSwitch.scheduleRoleArn,
        }
      : null,
    slots: {
      executionRoleArn: taskRoles.executionRoleArn,
      taskRoleArn: taskRoles.taskRoleArn,
      permissionsBoundaryArn: boundary.arn,
      logGroups: logs.names,
      logKeyArn: logKey.arn,
      architecture: configuration.architecture,
      scaleUpTo: configuration.scaleUpTo,
      limits: {
        cpuPercent: configuration.alarms.limits.cpuPercent,
        memoryPercent: configuration.alarms.limits.memoryPercent,
      },
    },
    roles: roles
      ? { release: roles.releaseRoleArn, provision: roles.provisionRoleArn, preview: roles.previewRoleArn }
      : null,
    approvals: configuration.pipeline.approvals,
    exceptions: configuration.exceptions,
  };
}

/** Null: the slots' roles can do it, because the application's login is all there is. */
function rolesToMigrate(roles: ServiceRoles | null) {
  return roles && { executionRoleArn: roles.executionRoleArn, taskRoleArn: roles.taskRoleArn };
}
