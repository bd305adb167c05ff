import type * as pulumi from '@pulumi/pulumi';
import { AdoptedDatabase } from '../components/aws/adopted-database.js';
import { DatabaseAlarms } from '../components/aws/database-alarms.js';
import type { DatabaseIds } from '../components/aws/database-ids.js';
import { Database } from '../components/aws/database.js';
import type { EncryptionKey } from '../components/aws/encryption-key.js';
import type { Firewall } from '../components/aws/firewall.js';
import type { AlarmTopics } from '../components/aws/alarm-topics.js';
import type { NetworkIds } from '../components/aws/network-ids.js';
import { SnapshotPolicy } from '../components/aws/snapshot-policy.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import type { AwsOutputs } from '../contract/outputs.js';
import type { Unresolved } from './unresolved.js';

interface Surroundings {
  readonly configuration: AwsConfiguration;
  readonly network: NetworkIds;
  readonly firewall: Firewall;
  readonly key: EncryptionKey;
  readonly topics: AlarmTopics;
}

type Outputs = NonNullable<AwsOutputs['database']>;

export interface AwsDatabase {
  readonly ids: DatabaseIds | null;
  /** Where copies of snapshots go; null: nowhere. */
  readonly copies: { readonly region: string; readonly keyArn: pulumi.Output<string> } | null;
  /** All but what other parts go into: the roles that migrate, and what rehearsals need. */
  readonly outputs:
    { readonly [Key in Exclude<keyof Outputs, 'migration' | 'rehearsal'>]: Unresolved<Outputs[Key]> } | null;
}

/** The database, the policy under which its snapshots are taken, and what is said before it falls over. */
export function awsDatabase(name: string, around: Surroundings, opts: pulumi.ComponentResourceOptions): AwsDatabase {
  const { configuration, key, topics } = around;
  const { database, snapshots, protect } = configuration;
  if (database === null) return { ids: null, copies: null, outputs: null };
  const ids = databaseOf(name, around, opts);
  const policy = new SnapshotPolicy(
    `${name}-snapshots`,
    {
      snapshots,
      accountId: configuration.accountId,
      databaseArn: ids.arn,
      keyArn: key.arn,
      alarmTopicArn: topics.arns.high,
      protect,
    },
    opts,
  );
  new DatabaseAlarms(
    `${name}-alarms`,
    {
      database: ids,
      limits: configuration.alarms.limits,
      maxConnections: database.kind === 'create' ? database.maxConnections : null,
      storageGibibytes: database.kind === 'create' ? database.storage : null,
      topicArns: topics.arns,
    },
    opts,
  );
  const { copyKeyArn: keyArn } = policy;
  return {
    ids,
    copies: snapshots.copyTo === null || keyArn === null ? null : { region: snapshots.copyTo, keyArn },
    outputs: {
      identifier: ids.identifier,
      endpoint: ids.endpoint,
      port: ids.port,
      name: ids.databaseName,
      applicationSecretArn: ids.applicationSecretArn,
      masterSecretArn: ids.masterSecretArn,
      replicaIdentifier: ids.replicaIdentifier,
      restore: ids.restore,
      snapshots: {
        prefix: `${name}-release`,
        keep: snapshots.keep,
        kmsKeyArn: ids.kmsKeyArn,
        vaultArn: policy.vaultArn,
        copyTo: snapshots.copyTo,
        copyKeyArn: keyArn,
      },
    },
  };
}

function databaseOf(
  name: string,
  { configuration, network, firewall, key }: Surroundings,
  opts: pulumi.ComponentResourceOptions,
): DatabaseIds {
  const { database, region, protect } = configuration;
  if (database?.kind === 'create') {
    return new Database(
      name,
      {
        database,
        region,
        subnetIds: network.isolatedSubnetIds,
        rotationSubnetIds: network.privateSubnetIds,
        rotationGroupId: firewall.serviceGroupId,
        securityGroupId: firewall.databaseGroupId,
        keyArn: key.arn,
        protect,
      },
      opts,
    );
  }
  if (database?.kind === 'adopt') {
    return new AdoptedDatabase(name, { database, serviceGroupId: firewall.serviceGroupId }, opts);
  }
  throw new Error('no database is configured');
}
