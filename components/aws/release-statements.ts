import * as pulumi from '@pulumi/pulumi';
import {
  copyPattern,
  copyPurposes,
  copyTag,
  migrationFamily,
  rehearsalFamily,
  restoredPrefix,
  slotPrefix,
} from '../../contract/aws-names.js';
import { colours } from '../../contract/colour.js';
import { loginsOf } from './master-logins.js';
import { allow, type Conditions, type Statement } from './policy.js';
import { stateStatements, storeObjects, type StatePlace } from './state-statements.js';
import { releaseCalls, slotResources, type Grant, type Target } from './release-calls.js';

type Arn = pulumi.Input<string>;

export interface ReleaseStatementsArgs extends StatePlace {
  readonly store: { readonly bucket: string; readonly prefix: string };
  /** What encrypts the store, where it is a key of somebody's. */
  readonly storeKeyArn: string | null;
  readonly environment: string;
  readonly clusterName: string;
  readonly ruleArns: readonly Arn[];
  /** Null: there is no database. */
  readonly database: {
    readonly arn: Arn;
    readonly snapshotPrefix: string;
    readonly applicationSecretArn: Arn;
    /** Where copies of snapshots go; null: nowhere. */
    readonly copies: { readonly region: string; readonly keyArn: Arn } | null;
    /** What an instance that is restored beside it is given; null: it is somebody else's. */
    readonly restore: { readonly subnetGroup: Arn; readonly parameterGroup: Arn } | null;
    /** What rehearsals on a copy need to stand; null: nothing is started there. */
    readonly rehearsal: { readonly loginSecretArn: Arn; readonly targetGroupArns: readonly Arn[] } | null;
  } | null;
  readonly imageAccounts: readonly string[];
  /** Null: there is no dead man's switch. */
  readonly schedule: { readonly group: Arn; readonly roleArn: Arn } | null;
  readonly taskRoleArns: readonly Arn[];
  readonly logGroupArns: readonly Arn[];
  /** Names of the alarms that are fired only to prove that somebody is told. */
  readonly testAlarms: readonly Arn[];
  /** Secrets that a run names by their version, without reading them. */
  readonly secretArns: readonly Arn[];
  /** Logins to the database: read where a run speaks SQL with it. */
  readonly loginArns: readonly Arn[];
  readonly dataKeyArn: Arn;
}

export interface ReleaseStatements {
  readonly releases: readonly Statement[];
  /** In policies of their own, because one holds only so much. What has no statement is left out. */
  readonly apart: readonly PolicyApart[];
}

export interface PolicyApart {
  /** With which the policy's name ends. */
  readonly ending: string;
  readonly description: string;
  readonly statements: readonly Statement[];
}

/** By the ending of a policy's name. */
const apart: Readonly<Record<string, { readonly description: string; readonly targets: ReadonlySet<Target> }>> = {
  restores: {
    description: 'Instances of snapshots, beside the database',
    targets: new Set([
      'copies',
      'new-logins',
      'restored-instances',
      'restored-logins',
      'restored-masters',
      'restoring',
    ]),
  },
  rehearsals: {
    description: 'Tasks on a copy of the database, which users do not reach',
    targets: new Set(['rehearsal-groups', 'rehearsal-login', 'rehearsal-logs', 'rehearsal-tasks']),
  },
};

/** What a release may do: the calls that the pipeline makes, what a slot's program declares, and the state of its stack. */
export function releaseStatements(args: ReleaseStatementsArgs): ReleaseStatements {
  const grants = [...Object.values(releaseCalls), ...Object.values(slotResources)].flat();
  const targets = [...new Set(grants.map(([, target]) => target))].sort();
  const about = (wanted: (target: Target) => boolean) =>
    targets.filter(wanted).flatMap((target) => statementFor(target, grants, args));
  const unlocking =
    args.storeKeyArn === null ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [args.storeKeyArn])];
  return {
    releases: [...about((target) => !isApart(target)), ...unlocking, ...stateStatements(args, 'write')],
    // IAM takes no policy without a statement.
    apart: Object.entries(apart)
      .map(([ending, { description, targets: of }]) => ({
        ending,
        description,
        statements: about((each) => of.has(each)),
      }))
      .filter(({ statements }) => statements.length > 0),
  };
}

function isApart(target: Target): boolean {
  return Object.values(apart).some(({ targets }) => targets.has(target));
}

function statementFor(target: Target, grants: readonly Grant[], args: ReleaseStatementsArgs): readonly Statement[] {
  const actions = [...new Set(grants.filter(([, on]) => on === target).map(([action]) => action))].sort();
  const resources = targetArns[target](args);
  if (resources.length === 0) return [];
  return [allow(actions, resources, conditionOf(target, args))];
}

function conditionOf(target: Target, args: ReleaseStatementsArgs): Conditions | undefined {
  switch (target) {
    case 'region':
      return { StringEquals: { 'aws:RequestedRegion': regionsOf(args) } };
    case 'restored-logins':
      return loginsOf(restoredInstances(args)[0] ?? '')[1];
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    case 'restored-masters':
      return { Bool: { 'rds:ManageMasterUserPassword': 'true' } };
    case 'copies':
      return {
        StringEquals: {
          [`aws:ResourceTag/${copyTag}`]: [...copyPurposes],
          'aws:ResourceTag/crossfade:environment': args.environment,
        },
      };
    default:
      return undefined;
  }
}

/** Snapshots are looked at where their copies are, too. */
function regionsOf({ region, database }: ReleaseStatementsArgs): string | string[] {
  return database?.copies ? [region, database.copies.region] : region;
}

const arn = (service: string, { region, accountId }: ReleaseStatementsArgs, rest: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

const slotPrefixes = ({ clusterName }: ReleaseStatementsArgs): readonly string[] =>
  colours.map((colour) => slotPrefix(clusterName, colour));

const objects = ({ store }: ReleaseStatementsArgs): string => storeObjects(store);

const targetArns: Readonly<Record<Target, (args: ReleaseStatementsArgs) => readonly Arn[]>> = {
  region: () => ['*'],
  rules: (args) => args.ruleArns,
  services: (args) => [
    arn('ecs', args, `service/${args.clusterName}/*`),
    arn('ecs', args, `service-deployment/${args.clusterName}/*`),
  ],
  tasks: (args) => [arn('ecs', args, `task/${args.clusterName}/*`)],
  'task-definitions': (args) => [
    ...slotPrefixes(args).map((prefix) => arn('ecs', args, `task-definition/${prefix}-*`)),
    arn('ecs', args, `task-definition/${migrationFamily(args.clusterName)}:*`),
  ],
  'log-streams': (args) => args.logGroupArns.map((group) => pulumi.interpolate`${group}:log-stream:migrate/*`),
  'test-alarms': (args) =>
    args.testAlarms.map((name) => pulumi.interpolate`${arn('cloudwatch', args, 'alarm')}:${name}`),
  secrets: (args) => args.secretArns,
  logins: (args) => args.loginArns,
  'data-key': (args) => (args.loginArns.length === 0 ? [] : [args.dataKeyArn]),
  scaling: (args) => [arn('application-autoscaling', args, 'scalable-target/*')],
  'scaling-alarms': (args) => [arn('cloudwatch', args, `alarm:TargetTracking-service/${args.clusterName}/*`)],
  'slot-alarms': (args) => slotPrefixes(args).map((prefix) => arn('cloudwatch', args, `alarm:${prefix}-*`)),
  database: (args) => (args.database ? [args.database.arn] : []),
  'release-snapshots': (args) => (args.database ? [releaseSnapshots(args, args.database.snapshotPrefix)] : []),
  'snapshot-copies': (args) =>
    args.database?.copies
      ? [releaseSnapshots({ ...args, region: args.database.copies.region }, args.database.snapshotPrefix)]
      : [],
  'copy-key': (args) => (args.database?.copies ? [args.database.copies.keyArn] : []),
  'restored-instances': restoredInstances,
  'restored-masters': restoredInstances,
  copies: copiesOfSnapshots,
  restoring: (args) => (args.database?.restore ? restoringArns(args, args.database, args.database.restore) : []),
  'new-logins': (args) => (args.database?.restore ? [arn('secretsmanager', args, 'secret:rds!db-*')] : []),
  'restored-logins': (args) => restoredInstances(args).flatMap((instances) => loginsOf(instances)[0]),
  'rehearsal-login': ({ database }) => (database?.rehearsal ? [database.rehearsal.loginSecretArn] : []),
  'rehearsal-tasks': (args) =>
    args.database?.rehearsal ? [arn('ecs', args, `task-definition/${rehearsalFamily(args.clusterName)}*`)] : [],
  'rehearsal-logs': (args) =>
    args.database?.rehearsal
      ? args.logGroupArns.map((group) => pulumi.interpolate`${group}:log-stream:rehearse/*`)
      : [],
  'rehearsal-groups': ({ database }) => database?.rehearsal?.targetGroupArns ?? [],
  'application-login': (args) => (args.database?.restore ? [args.database.applicationSecretArn] : []),
  images: (args) => args.imageAccounts.map((account) => `arn:aws:ecr:*:${account}:repository/*`),
  schedule: (args) => (args.schedule ? scheduleArns(args, args.schedule.group) : []),
  bucket: (args) => [`arn:aws:s3:::${args.store.bucket}`],
  objects: (args) => [`${objects(args)}*`],
  'passing-objects': (args) => ['leases', 'doctor'].map((folder) => `${objects(args)}${folder}/*`),
  'roles-of-tasks': (args) => args.taskRoleArns,
  'role-of-schedule': (args) => (args.schedule ? [args.schedule.roleArn] : []),
};

/** By name, which begins with the policy's prefix: no other snapshot is a release's. */
export function releaseSnapshots(args: ReleaseStatementsArgs, prefix: string): string {
  return arn('rds', args, `snapshot:${prefix}-*`);
}

function restoredInstances(args: ReleaseStatementsArgs): readonly string[] {
  if (!args.database?.restore) return [];
  return [arn('rds', args, `db:${restoredPrefix(args.database.snapshotPrefix)}*`)];
}

/** By their names, which no other instance has. */
export function copiesOfSnapshots(
  args: Pick<ReleaseStatementsArgs, 'region' | 'accountId' | 'database'>,
): readonly string[] {
  const { region, accountId, database } = args;
  return database?.restore ? [`arn:aws:rds:${region}:${accountId}:db:${copyPattern(database.snapshotPrefix)}`] : [];
}

function restoringArns(
  args: ReleaseStatementsArgs,
  { snapshotPrefix }: NonNullable<ReleaseStatementsArgs['database']>,
  { subnetGroup, parameterGroup }: { readonly subnetGroup: Arn; readonly parameterGroup: Arn },
): readonly Arn[] {
  return [
    releaseSnapshots(args, snapshotPrefix),
    arn('rds', args, 'og:default*'),
    pulumi.interpolate`${arn('rds', args, 'subgrp')}:${subnetGroup}`,
    pulumi.interpolate`${arn('rds', args, 'pg')}:${parameterGroup}`,
  ];
}

/** The dead man's switch and the end of a maintenance page. */
const schedules = ['armed', 'maintenance'];

function scheduleArns(args: ReleaseStatementsArgs, group: Arn): readonly Arn[] {
  return schedules.map((name) => pulumi.interpolate`${arn('scheduler', args, 'schedule')}/${group}/${name}`);
}
