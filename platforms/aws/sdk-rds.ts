import {
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  type DBSnapshot,
} from '@aws-sdk/client-rds';
import { ask, serviceErrorOf } from './ask.js';
import { clientOptions, type Place } from './place.js';
import type { RdsApi, RdsSnapshot } from './rds-api.js';

const noSnapshot = new Set(['DBSnapshotNotFound', 'DBSnapshotNotFoundFault']);
const noInstance = new Set(['DBInstanceNotFound', 'DBInstanceNotFoundFault']);
const taken = new Set(['DBSnapshotAlreadyExists', 'DBSnapshotAlreadyExistsFault']);

export function sdkRds(place: Place): RdsApi {
  const client = new RDSClient(clientOptions(place));

  async function named(name: string, signal: AbortSignal | undefined): Promise<readonly DBSnapshot[]> {
    const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name });
    const found = await ask('DescribeDBSnapshots', client, (options) => client.send(command, options), signal);
    return found.DBSnapshots ?? [];
  }

  return {
    async instance(identifier, signal) {
      const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier });
      return unless(noInstance, async () => {
        const found = await ask('DescribeDBInstances', client, (options) => client.send(command, options), signal);
        const [instance] = found.DBInstances ?? [];
        return (
          instance && {
            identifier: instance.DBInstanceIdentifier ?? '',
            status: instance.DBInstanceStatus ?? '',
            engineVersion: instance.EngineVersion ?? '',
            gibibytes: instance.AllocatedStorage ?? 0,
          }
        );
      });
    },

    snapshot: (name, signal) =>
      unless(noSnapshot, async () => {
        const [snapshot] = await named(name, signal);
        return snapshot && snapshotOf(snapshot);
      }),

    async createSnapshot(name, instance, tags, signal) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const words = { DBSnapshotIdentifier: name, DBInstanceIdentifier: instance, Tags };
      const command = new CreateDBSnapshotCommand(words);
      const created = await unless(taken, async () => {
        await ask('CreateDBSnapshot', client, (options) => client.send(command, options), signal);
        return 'created' as const;
      });
      return created ?? 'exists';
    },

    async snapshotsOf(instance, signal) {
      const found: RdsSnapshot[] = [];
      let Marker: string | undefined;
      do {
        const words = { DBInstanceIdentifier: instance, SnapshotType: 'manual', ...(Marker ? { Marker } : {}) };
        const command = new DescribeDBSnapshotsCommand(words);
        const page = await ask('DescribeDBSnapshots', client, (options) => client.send(command, options), signal);
        found.push(...(page.DBSnapshots ?? []).map(snapshotOf));
        ({ Marker } = page);
      } while (Marker);
      return found;
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
