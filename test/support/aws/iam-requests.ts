import type { Asked } from '../fault-proxy.js';
import type { IamRequest } from './iam-decision.js';

type Json = Readonly<Record<string, unknown>>;

/** What IAM looks up when it is asked. */
export interface IamWorld {
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
  /** What the database, its snapshots and its logins are encrypted with. */
  readonly dataKeyArn: string;
  /** Of an instance of RDS. */
  tagsOf(identifier: string): Promise<Readonly<Record<string, string>>>;
  /** Instances that stand. */
  instances(): Promise<readonly string[]>;
}

/**
 * What IAM decides on before a call is carried out: its action on each resource that is part of it, with the keys of
 * conditions that such a request has, and what AWS does on the caller's behalf.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * Throws for a call that is not known here.
 */
export async function iamRequests(asked: Asked, world: IamWorld): Promise<readonly IamRequest[]> {
  const { region, account, cluster, dataKeyArn } = world;
  const here = { 'aws:RequestedRegion': region };
  const at = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
  const on = (action: string, ...resources: readonly string[]): IamRequest[] =>
    resources.map((resource) => ({ action, resource, context: here }));
  const text = asked.body.toString();
  const words = new URLSearchParams(text);
  const word = (name: string): string => words.get(name) ?? '';
  const json = (): Json => JSON.parse(text) as Json;
  const instance = (identifier: string): string => at('rds', `db:${identifier}`);
  const snapshot = (identifier: string): string =>
    identifier.startsWith('arn:') ? identifier : at('rds', `snapshot:${identifier}`);
  const withKey = (...actions: readonly string[]): IamRequest[] =>
    actions.flatMap((action) => on(`kms:${action}`, dataKeyArn));
  const tagged = word('Tags.Tag.1.Key') !== '';

  switch (asked.action) {
    case 'GetCallerIdentity':
      return [];
    case 'DescribeRules':
    case 'DescribeTargetHealth':
      return on(`elasticloadbalancing:${asked.action}`, '*');
    case 'ModifyRule':
      return on('elasticloadbalancing:ModifyRule', word('RuleArn'));
    case 'RegisterTargets':
    case 'DeregisterTargets':
      return on(`elasticloadbalancing:${asked.action}`, word('TargetGroupArn'));
    case 'GetMetricData':
    case 'DescribeAlarmHistory':
      return on(`cloudwatch:${asked.action}`, '*');
    case 'DescribeScalableTargets':
      return on('application-autoscaling:DescribeScalableTargets', '*');
    case 'RegisterScalableTarget':
      return on(
        'application-autoscaling:RegisterScalableTarget',
        at('application-autoscaling', 'scalable-target/0ec5'),
      );
    case 'DescribeImages': {
      const { registryId = account, repositoryName } = json() as { registryId?: string; repositoryName: string };
      return on('ecr:DescribeImages', `arn:aws:ecr:${region}:${registryId}:repository/${repositoryName}`);
    }
    case 'GetLogEvents': {
      const { logGroupName, logStreamName } = json() as { logGroupName: string; logStreamName: string };
      return on('logs:GetLogEvents', at('logs', `log-group:${logGroupName}:log-stream:${logStreamName}`));
    }
    case 'ListTasks':
      return on('ecs:ListTasks', '*');
    case 'DescribeServices':
      return on(
        'ecs:DescribeServices',
        ...(json()['services'] as string[]).map((name) => at('ecs', `service/${cluster}/${name}`)),
      );
    case 'UpdateService':
      return on('ecs:UpdateService', at('ecs', `service/${cluster}/${String(json()['service'])}`));
    case 'DescribeTasks':
      return on('ecs:DescribeTasks', ...(json()['tasks'] as string[]));
    case 'StopTask':
      return on('ecs:StopTask', String(json()['task']));
    case 'RegisterTaskDefinition': {
      const { family, executionRoleArn, taskRoleArn } = json() as Readonly<Record<string, string>>;
      return [
        ...on('ecs:RegisterTaskDefinition', at('ecs', `task-definition/${family}:*`)),
        ...on('iam:PassRole', executionRoleArn ?? '', taskRoleArn ?? ''),
      ];
    }
    case 'RunTask':
      return on('ecs:RunTask', String(json()['taskDefinition']));
    case 'DescribeSecret':
      return on('secretsmanager:DescribeSecret', String(json()['SecretId']));
    case 'PutSecretValue':
      return [...on('secretsmanager:PutSecretValue', String(json()['SecretId'])), ...withKey('GenerateDataKey')];
    case 'GetSecretValue': {
      const arn = String(json()['SecretId']);
      // RDS says in a tag whose master's login it keeps; here one secret is that of every instance made of a snapshot.
      const of = arn.includes(':secret:rds!db-') ? (await world.instances()).map(instance) : [];
      const context = of.length === 0 ? here : { ...here, 'aws:ResourceTag/aws:rds:primaryDBInstanceArn': of };
      return [{ action: 'secretsmanager:GetSecretValue', resource: arn, context }, ...withKey('Decrypt')];
    }
    case 'DescribeDBInstances':
    case 'DescribeDBSnapshots':
      return on(`rds:${asked.action}`, '*');
    case 'CreateDBSnapshot': {
      const made = snapshot(word('DBSnapshotIdentifier'));
      return [
        ...on('rds:CreateDBSnapshot', instance(word('DBInstanceIdentifier')), made),
        ...(tagged ? on('rds:AddTagsToResource', made) : []),
      ];
    }
    case 'CopyDBSnapshot':
      // It is asked in the region of the copy, where nothing here decides.
      return [];
    case 'RestoreDBInstanceFromDBSnapshot': {
      const made = instance(word('DBInstanceIdentifier'));
      return [
        ...on(
          'rds:RestoreDBInstanceFromDBSnapshot',
          made,
          snapshot(word('DBSnapshotIdentifier')),
          at('rds', `subgrp:${word('DBSubnetGroupName')}`),
          at('rds', `pg:${word('DBParameterGroupName')}`),
          at('rds', 'og:default:postgres-16'),
        ),
        ...(tagged ? on('rds:AddTagsToResource', made) : []),
        ...withKey('DescribeKey', 'CreateGrant'),
      ];
    }
    case 'ModifyDBInstance': {
      const keeps = word('ManageMasterUserPassword');
      const resource = instance(word('DBInstanceIdentifier'));
      const login = at('secretsmanager', 'secret:rds!db-0123');
      return [
        { action: 'rds:ModifyDBInstance', resource, context: { ...here, 'rds:ManageMasterUserPassword': keeps } },
        ...on('secretsmanager:CreateSecret', login),
        ...on('secretsmanager:TagResource', login),
        ...withKey('DescribeKey', 'CreateGrant', 'Decrypt', 'GenerateDataKey'),
      ];
    }
    case 'DeleteDBInstance': {
      const identifier = word('DBInstanceIdentifier');
      const tags = Object.entries(await world.tagsOf(identifier)).map(([key, value]) => [
        `aws:ResourceTag/${key}`,
        value,
      ]);
      const context = { ...here, ...(Object.fromEntries(tags) as Record<string, string>) };
      return [{ action: 'rds:DeleteDBInstance', resource: instance(identifier), context }];
    }
    case 'AddTagsToResource':
      return on('rds:AddTagsToResource', word('ResourceName'));
    case 'GetSchedule':
    case 'CreateSchedule':
    case 'UpdateSchedule':
    case 'DeleteSchedule': {
      const name = asked.path.split('/').at(-1) ?? '';
      const body = text === '' ? {} : (json() as { GroupName?: string; Target?: { RoleArn: string } });
      const group = body.GroupName ?? new URLSearchParams(asked.query).get('groupName') ?? '';
      return [
        ...on(`scheduler:${asked.action}`, at('scheduler', `schedule/${group}/${name}`)),
        ...(body.Target ? on('iam:PassRole', body.Target.RoleArn) : []),
      ];
    }
    default:
      throw new Error(`${asked.action}: what IAM asks for it is not known here`);
  }
}
