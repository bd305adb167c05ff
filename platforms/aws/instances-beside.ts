import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from '../postgres/address.js';
import { databaseAddress } from './database-login.js';
import { instanceInUse } from './instance-in-use.js';
import { runTag } from './kept-instances.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance, RestoreWanted } from './rds-api.js';
import type { SecretsApi } from './secrets.js';
import { snapshotName } from './snapshots.js';

type DatabaseOutputs = NonNullable<AwsOutputs['database']>;

export interface InstancesBesideParts {
  readonly outputs: AwsOutputs;
  readonly database: DatabaseOutputs;
  /** What an instance needs to stand beside the other. */
  readonly restore: NonNullable<DatabaseOutputs['restore']>;
  readonly rds: RdsApi;
  readonly secrets: SecretsApi;
  readonly clock: Clock;
}

export interface InstanceBeside {
  readonly identifier: string;
  readonly backup: string;
  readonly run: string;
  readonly like: Pick<RestoreWanted, 'class' | 'multiAz' | 'backupRetentionDays' | 'deletionProtection'>;
  readonly logs: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export type AvailableInstance = RdsInstance & { readonly endpoint: NonNullable<RdsInstance['endpoint']> };

export interface InstancesBeside {
  find(identifier: string, signal?: AbortSignal): Promise<RdsInstance | undefined>;
  /** The one in use, which others are like. */
  model(signal?: AbortSignal): Promise<RdsInstance>;
  /** Once per identifier: one that is there is left as it is. */
  make(wanted: InstanceBeside, signal?: AbortSignal): Promise<void>;
  /** With its master's login. Throws PlatformError, saying `consequence`, where RDS never makes it so. */
  untilAvailable(identifier: string, work: Work, consequence: string): Promise<AvailableInstance>;
  ownerOf(instance: RdsInstance): Promise<PostgresAddress>;
  applicationOf(instance: RdsInstance): Promise<PostgresAddress>;
}

const patience = 60_000;
const lookEvery = 15_000;
/** A large snapshot takes hours to become an instance. */
const restoredWithin = 4 * 3_600_000;

/** Instances made of snapshots, where the one in use stands and like it. */
export function instancesBeside(parts: InstancesBesideParts): InstancesBeside {
  const { outputs, database, restore, rds, secrets, clock } = parts;
  const persistently = <Value>(call: () => Promise<Value>, signal: AbortSignal | undefined) =>
    persist(call, { clock, within: patience, signal });
  const find = (identifier: string, signal?: AbortSignal) =>
    persistently(() => rds.instance(identifier, signal), signal);

  return {
    find,

    async model(signal) {
      const { identifier } = await instanceInUse(parts);
      const model = await find(identifier, signal);
      if (!model) throw new PlatformError(`there is no instance ${identifier} to make another one like`);
      return model;
    },

    async make({ identifier, backup, run, like, logs, tags }, signal) {
      const wanted: RestoreWanted = {
        identifier,
        snapshot: snapshotName(database.snapshots.prefix, backup),
        ...restore,
        class: like.class,
        multiAz: like.multiAz,
        backupRetentionDays: like.backupRetentionDays,
        deletionProtection: like.deletionProtection,
        logs,
        tags: {
          ...outputs.tags,
          'crossfade:environment': outputs.environment,
          'crossfade:backup': backup,
          [runTag]: run,
          ...tags,
        },
      };
      await persistently(() => rds.restore(wanted, signal), signal);
    },

    async untilAvailable(identifier, work, consequence) {
      const keepLogin = async (found: RdsInstance): Promise<boolean> => {
        const ask = () => rds.keepMasterLogin(found.identifier, database.snapshots.kmsKeyArn, work.signal);
        return (await persistently(ask, work.signal)) === 'asked';
      };
      const end = clock.monotonic() + restoredWithin;
      let said = '';
      let asked = false;
      for (;;) {
        const found = await find(identifier, work.signal);
        const state = stateOf(found);
        if (found?.endpoint && state === 'available') return { ...found, endpoint: found.endpoint };
        if (failed.has(state)) throw new PlatformError(`instance ${identifier} is ${state}: ${consequence}`);
        if (found?.status === 'available' && found.masterSecret === undefined && !asked) asked = await keepLogin(found);
        if (clock.monotonic() > end) {
          throw new PlatformError(`instance ${identifier} is still ${state} after ${restoredWithin / 3_600_000} hours`);
        }
        if (state !== said) work.say(`instance ${identifier}: ${state}`);
        said = state;
        await clock.sleep(lookEvery, work.signal);
      }
    },

    async ownerOf({ identifier, masterSecret, endpoint }) {
      if (masterSecret === undefined) throw new PlatformError(`RDS keeps no login of ${identifier}`);
      const own = { ...database, masterSecretArn: masterSecret.arn };
      return databaseAddress(secrets, own, 'owner', clock, endpoint);
    },

    applicationOf: ({ endpoint }) => databaseAddress(secrets, database, 'application', clock, endpoint),
  };
}

/** A snapshot holds the master's password and RDS does not keep it: an instance is of use once it has a new one. */
function stateOf(found: RdsInstance | undefined): string {
  if (found === undefined) return 'not there yet';
  if (found.status !== 'available' || found.masterSecret?.status === 'active') return found.status;
  return `available, its master's login ${found.masterSecret?.status ?? 'not there yet'}`;
}

/** In which RDS never makes it available by itself. */
const failed = new Set([
  'failed',
  'incompatible-restore',
  'incompatible-parameters',
  'incompatible-network',
  'deleting',
]);
