import * as pulumi from '@pulumi/pulumi';
import type { AwsAlarmsConfiguration } from '../../contract/aws-alarms-configuration.js';
import { alarm, type AlarmArgs, type Metric } from './alarm.js';
import type { PerSeverity } from './alarm-topics.js';
import type { DatabaseIds } from './database-ids.js';

export interface DatabaseAlarmsArgs {
  readonly database: Pick<DatabaseIds, 'identifier' | 'resourceId' | 'replicaIdentifier'>;
  readonly limits: AwsAlarmsConfiguration['limits'];
  /** Null: not known of an adopted database, and not watched. */
  readonly maxConnections: number | null;
  readonly storageGibibytes: number | null;
  readonly topicArns: PerSeverity<pulumi.Input<string>>;
}

/** What a database says before it falls over. */
export class DatabaseAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: DatabaseAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:DatabaseAlarms', name, {}, opts);
    const { database, limits, topicArns } = args;
    const tell = (what: string, rest: Omit<AlarmArgs, 'minutes'> & { minutes?: number }): void => {
      alarm(`${name}-${what}`, { minutes: 5, ...rest }, { parent: this });
    };
    const metric = (metricName: string, stat: string, instance = database.identifier): Metric => ({
      namespace: 'AWS/RDS',
      metricName,
      dimensions: { DBInstanceIdentifier: instance },
      stat,
    });
    tell('cpu', {
      description: `The database's processors are busy more than ${limits.databaseCpuPercent} % of the time`,
      is: 'above',
      threshold: limits.databaseCpuPercent,
      topicArns: [topicArns.medium],
      of: metric('CPUUtilization', 'Average'),
    });
    if (args.maxConnections !== null) {
      tell('connections', {
        description: `More than ${limits.connectionsPercent} % of ${args.maxConnections} connections are taken`,
        is: 'above',
        threshold: Math.floor((args.maxConnections * limits.connectionsPercent) / 100),
        topicArns: [topicArns.high],
        of: metric('DatabaseConnections', 'Maximum'),
      });
    }
    if (args.storageGibibytes !== null) {
      tell('storage', {
        description: `Less than ${limits.freeStoragePercent} % of ${args.storageGibibytes} GiB are free`,
        is: 'below',
        threshold: Math.floor((args.storageGibibytes * 2 ** 30 * limits.freeStoragePercent) / 100),
        topicArns: [topicArns.high],
        of: metric('FreeStorageSpace', 'Minimum'),
      });
    }
    tell('deadlocks', {
      description: 'Transactions wait for each other for ever, and PostgreSQL ends one',
      is: 'above',
      threshold: 0,
      minutes: 1,
      topicArns: [topicArns.medium],
      of: {
        expression: pulumi.interpolate`DB_PERF_INSIGHTS('RDS', '${database.resourceId}', 'db.Concurrency.deadlocks.avg')`,
        metrics: {},
      },
    });
    if (database.replicaIdentifier) {
      tell('lag', {
        description: `The replica is more than ${limits.replicationLagSeconds} s behind`,
        is: 'above',
        threshold: limits.replicationLagSeconds,
        topicArns: [topicArns.high],
        silence: 'alarm',
        of: metric('ReplicaLag', 'Maximum', database.replicaIdentifier),
      });
    }
    this.registerOutputs();
  }
}
