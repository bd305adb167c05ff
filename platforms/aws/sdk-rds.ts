import {
  AddTagsToResourceCommand,
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  type DBInstance,
  type DBSnapshot,
} from '@aws-sdk/client-rds';
import { ask, serviceErrorOf } from './ask.js';
import { clientOptions, type Place } from './place.js';
import type { RdsApi, RdsInstance, RdsSnapshot } from './rds-api.js';

const noSnapshot = new Set(['DBSnapshotNotFound', 'DBSnapshotNotFoundFault']);
const noInstance = new Set(['DBInstanceNotFound', 'DBInstanceNotFoundFault']);
const instanceTaken = new Set(['DBInstanceAlreadyExists', 'DBInstanceAlreadyExistsFault']);
const notNow = new Set(['InvalidDBInstanceState', 'InvalidDBInstanceStateFault']);
const taken = new Set(['DBSnapshotAlreadyExists', 'DBSnapshotAlreadyExistsFault']);

export function sdkRds(place: Place): RdsApi {
  const client = new RDSClient(clientOptions(place));

  async function named(name: string, signal: AbortSignal | undefined): Promise<readonly DBSnapshot[]> {
    const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name });
    const found = await ask('DescribeDBSnapshots', client, (options) => client.send(command, options), signal);
    return found.DBSnapshots ?? [];
  }

  async function manual(
    of: { readonly DBInstanceIdentifier?: string },
    signal: AbortSignal | undefined,
  ): Promise<readonly RdsSnapshot[]> {
    const found: RdsSnapshot[] = [];
    let Marker: string | undefined;
    do {
      const command = new DescribeDBSnapshotsCommand({ ...of, SnapshotType: 'manual', ...(Marker ? { Marker } : {}) });
      const page = await ask('DescribeDBSnapshots', client, (options) => client.send(command, options), signal);
      found.push(...(page.DBSnapshots ?? []).map(snapshotOf));
      ({ Marker } = page);
    } while (Marker);
    return found;
  }

  return {
    async instance(identifier, signal) {
      const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier });
      return unless(noInstance, async () => {
        const found = await ask('DescribeDBInstances', client, (options) => client.send(command, options), signal);
        const [instance] = found.DBInstances ?? [];
        return instance && instanceOf(instance);
      });
    },

    async instancesNamed(prefix, signal) {
      const found: RdsInstance[] = [];
      let Marker: string | undefined;
      do {
        const command = new DescribeDBInstancesCommand(Marker ? { Marker } : {});
        const page = await ask('DescribeDBInstances', client, (options) => client.send(command, options), signal);
        found.push(...(page.DBInstances ?? []).map(instanceOf));
        ({ Marker } = page);
      } while (Marker);
      return found.filter(({ identifier }) => identifier.startsWith(prefix));
    },

    async restore(wanted, signal) {
      const command = new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: wanted.identifier,
        DBSnapshotIdentifier: wanted.snapshot,
        DBSubnetGroupName: wanted.subnetGroup,
        VpcSecurityGroupIds: [...wanted.securityGroupIds],
        DBParameterGroupName: wanted.parameterGroup,
        DBInstanceClass: wanted.class,
        MultiAZ: wanted.multiAz,
        BackupRetentionPeriod: wanted.backupRetentionDays,
        DeletionProtection: wanted.deletionProtection,
        PubliclyAccessible: false,
        CopyTagsToSnapshot: true,
        AutoMinorVersionUpgrade: true,
        EnableCloudwatchLogsExports: [...wanted.logs],
        Tags: tagsOf(wanted.tags),
      });
      const created = await unless(instanceTaken, async () => {
        await ask('RestoreDBInstanceFromDBSnapshot', client, (options) => client.send(command, options), signal);
        return 'created' as const;
      });
      return created ?? 'exists';
    },

    // Not as a part of the restore, which takes that for Oracle only:
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
    async keepMasterLogin(identifier, keyArn, signal) {
      const command = new ModifyDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        ManageMasterUserPassword: true,
        MasterUserSecretKmsKeyId: keyArn,
        ApplyImmediately: true,
      });
      const asked = await unless(notNow, async () => {
        await ask('ModifyDBInstance', client, (options) => client.send(command, options), signal);
        return 'asked' as const;
      });
      return asked ?? 'busy';
    },

    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    async deleteInstance(identifier, signal) {
      const command = new DeleteDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      });
      try {
        await ask('DeleteDBInstance', client, (options) => client.send(command, options), signal);
        return 'deleting';
      } catch (error) {
        const name = serviceErrorOf(error) ?? '';
        if (noInstance.has(name)) return 'gone';
        if (notNow.has(name)) return 'busy';
        throw error;
      }
    },

    async tag(arn, tags, signal) {
      const command = new AddTagsToResourceCommand({ ResourceName: arn, Tags: tagsOf(tags) });
      await ask('AddTagsToResource', client, (options) => client.send(command, options), signal);
    },

    snapshot: (name, signal) =>
      unless(noSnapshot, async () => {
        const [snapshot] = await named(name, signal);
        return snapshot && snapshotOf(snapshot);
      }),

    async createSnapshot(name, instance, tags, signal) {
      const words = { DBSnapshotIdentifier: name, DBInstanceIdentifier: instance, Tags: tagsOf(tags) };
      const command = new CreateDBSnapshotCommand(words);
      const created = await unless(taken, async () => {
        await ask('CreateDBSnapshot', client, (options) => client.send(command, options), signal);
        return 'created' as const;
      });
      return created ?? 'exists';
    },

    async deleteSnapshot(name, signal) {
      const command = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name });
      await unless(noSnapshot, async () => {
        await ask('DeleteDBSnapshot', client, (options) => client.send(command, options), signal);
      });
    },

    async copySnapshot({ name, sourceArn, keyArn, tags }, signal) {
      const command = new CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: sourceArn,
        TargetDBSnapshotIdentifier: name,
        KmsKeyId: keyArn,
        Tags: tagsOf(tags),
      });
      const created = await unless(taken, async () => {
        await ask('CopyDBSnapshot', client, (options) => client.send(command, options), signal);
        return 'created' as const;
      });
      return created ?? 'exists';
    },

    snapshotsOf: (instance, signal) => manual({ DBInstanceIdentifier: instance }, signal),

    async snapshotsNamed(prefix, signal) {
      return (await manual({}, signal)).filter(({ name }) => name.startsWith(prefix));
    },
  };
}

async function unless<Answer>(names: ReadonlySet<string>, call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (names.has(serviceErrorOf(error) ?? '')) return undefined;
    throw error;
  }
}

function tagsOf(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function instanceOf(instance: DBInstance): RdsInstance {
  const { Endpoint, MasterUserSecret: secret } = instance;
  const host = Endpoint?.Address;
  return {
    identifier: instance.DBInstanceIdentifier ?? '',
    arn: instance.DBInstanceArn ?? '',
    status: instance.DBInstanceStatus ?? '',
    engineVersion: instance.EngineVersion ?? '',
    gibibytes: instance.AllocatedStorage ?? 0,
    endpoint: host === undefined ? undefined : { host, port: Endpoint?.Port ?? 5432 },
    class: instance.DBInstanceClass ?? '',
    multiAz: instance.MultiAZ ?? false,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    deletionProtection: instance.DeletionProtection ?? false,
    masterSecret:
      secret?.SecretArn === undefined ? undefined : { arn: secret.SecretArn, status: secret.SecretStatus ?? '' },
    tags: Object.fromEntries((instance.TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
  };
}

function snapshotOf(snapshot: DBSnapshot): RdsSnapshot {
  return {
    name: snapshot.DBSnapshotIdentifier ?? '',
    instance: snapshot.DBInstanceIdentifier ?? '',
    status: snapshot.Status ?? '',
    progressPercent: snapshot.PercentProgress ?? 0,
    encrypted: snapshot.Encrypted ?? false,
    kmsKeyArn: snapshot.KmsKeyId,
    engineVersion: snapshot.EngineVersion ?? '',
    gibibytes: snapshot.AllocatedStorage ?? 0,
    createdAt: snapshot.SnapshotCreateTime,
  };
}
