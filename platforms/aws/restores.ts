import { z } from 'zod';
import { restoredInstanceName } from '../../contract/aws-names.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Restores } from '../../pipeline/ports/restores.js';
import type { Work } from '../../pipeline/ports/work.js';
import { databaseAddress, loginText, readLogin } from './database-login.js';
import { giveApplicationLogin } from './ensure-application-role.js';
import { instanceInUse } from './instance-in-use.js';
import type { Keeper } from './keeper.js';
import { keptInstances, sinceTag, stateTag } from './kept-instances.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance } from './rds-api.js';
import { restoreUnableBecause } from './restore-unable.js';
import type { EcsApi } from './ecs-api.js';
import type { SecretsApi } from './secrets.js';
import { snapshotName } from './snapshots.js';
import { verifyRestored } from './verify-restored.js';

type DatabaseOutputs = NonNullable<AwsOutputs['database']>;

export interface AwsRestoresParts {
  readonly outputs: AwsOutputs;
  readonly database: DatabaseOutputs;
  /** What an instance needs to take the other's place. */
  readonly restore: NonNullable<DatabaseOutputs['restore']>;
  readonly rds: RdsApi;
  readonly secrets: SecretsApi;
  readonly ecs: Pick<EcsApi, 'services'>;
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** Throws when these are not the environment's account's credentials. */
  readonly requireAccount: () => Promise<void>;
}

const patience = 60_000;
const lookEvery = 15_000;
/** A large snapshot takes hours to become an instance. */
const restoredWithin = 4 * 3_600_000;
const gibibyte = 2 ** 30;
const formerTag = 'crossfade:former';

/**
 * A restore is a second instance beside the first. The application's own login names where the database is, so the
 * switch is one new version of that secret, which tasks that start from then on are given. A release's role can delete
 * no instance: what nobody uses is marked.
 */
export function awsRestores(parts: AwsRestoresParts): Restores {
  const { outputs, database, rds, secrets, keeper, clock } = parts;
  const { prefix } = database.snapshots;
  const { environment } = outputs;
  const persistently = <Value>(call: () => Promise<Value>, signal?: AbortSignal) =>
    persist(call, { clock, within: patience, signal });
  const instanceOf = (run: string, signal?: AbortSignal) =>
    persistently(() => rds.instance(restoredInstanceName(prefix, run), signal), signal);

  async function restored(run: string): Promise<RdsInstance & { endpoint: NonNullable<RdsInstance['endpoint']> }> {
    const found = await instanceOf(run);
    if (found?.endpoint) return { ...found, endpoint: found.endpoint };
    throw new PlatformError(`there is no instance ${restoredInstanceName(prefix, run)}, or not whole`);
  }

  async function usesHost({ endpoint }: RdsInstance): Promise<boolean> {
    const login = await readLogin(secrets, database.applicationSecretArn, clock);
    return endpoint !== undefined && login.host === endpoint.host && (login.port ?? database.port) === endpoint.port;
  }

  /** One write; read back, because a rotation of the password may come in between. */
  async function pointTo({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
    const arn = database.applicationSecretArn;
    const text = await persistently(() => secrets.value(arn));
    await persistently(() => secrets.put(arn, loginText(text, { host, port }, arn)));
    const now = await readLogin(secrets, arn, clock);
    if (now.host !== host || now.port !== port) {
      throw new PlatformError(`secret ${arn} was written, and names another host: is its password being rotated?`);
    }
  }

  /** For people and for clearing up: going on matters more than a mark. */
  async function mark(instance: RdsInstance | undefined, state: string, work?: Work): Promise<void> {
    if (instance === undefined) return;
    const tags = { [stateTag]: state, [sinceTag]: clock.now().toISOString() };
    try {
      await persistently(() => rds.tag(instance.arn, tags));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      work?.say(`${instance.identifier} could not be marked as ${state}: ${error.message}`);
    }
  }

  async function untilAvailable(identifier: string, work: Work): Promise<RdsInstance> {
    const end = clock.monotonic() + restoredWithin;
    let said = '';
    for (;;) {
      const found = await persistently(() => rds.instance(identifier, work.signal), work.signal);
      const state = found?.status ?? 'not there yet';
      const login = found?.masterSecret?.status ?? 'active';
      if (found?.endpoint && state === 'available' && login === 'active') return found;
      if (failed.has(state)) throw new PlatformError(`instance ${identifier} is ${state}: nothing was switched`);
      if (clock.monotonic() > end) {
        throw new PlatformError(`instance ${identifier} is still ${state} after ${restoredWithin / 3_600_000} hours`);
      }
      if (state !== said) work.say(`instance ${identifier}: ${state}`);
      said = state;
      await clock.sleep(lookEvery, work.signal);
    }
  }

  /** Like the one in use, of this snapshot. */
  async function make(identifier: string, backup: string, run: string, work: Work): Promise<void> {
    const snapshot = snapshotName(prefix, backup);
    const inUse = await instanceInUse(parts);
    const model = await persistently(() => rds.instance(inUse.identifier, work.signal), work.signal);
    if (!model) throw new PlatformError(`there is no instance ${inUse.identifier} to make another one like`);
    const wanted = {
      identifier,
      snapshot,
      ...parts.restore,
      class: model.class,
      multiAz: model.multiAz,
      backupRetentionDays: model.backupRetentionDays,
      deletionProtection: model.deletionProtection,
      secretKeyArn: database.snapshots.kmsKeyArn,
      tags: {
        ...outputs.tags,
        'crossfade:environment': environment,
        'crossfade:backup': backup,
        'crossfade:run': run,
        [stateTag]: 'restored',
        [formerTag]: inUse.identifier,
      },
    };
    await persistently(() => rds.restore(wanted, work.signal), work.signal);
  }

  const ownerOf = (instance: RdsInstance) => {
    if (instance.masterSecret === undefined) throw new PlatformError(`RDS keeps no login of ${instance.identifier}`);
    const own = { ...database, masterSecretArn: instance.masterSecret.arn };
    return databaseAddress(secrets, own, 'owner', clock, instance.endpoint);
  };

  return {
    unableBecause: () => restoreUnableBecause({ ...parts, environment, services: Object.keys(outputs.services) }),

    async list() {
      const inUse = await instanceInUse(parts);
      const all = await Promise.all(
        [...new Set([inUse.identifier, database.identifier])].map((of) => persistently(() => rds.snapshotsOf(of))),
      );
      return all
        .flat()
        .filter(({ name, status }) => status === 'available' && name.startsWith(`${prefix}-`))
        .map(({ name, createdAt, gibibytes }) => ({
          name: name.slice(prefix.length + 1),
          createdAt: (createdAt ?? new Date(0)).toISOString(),
          bytes: gibibytes * gibibyte,
          verified: false,
        }))
        .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
    },

    async beside(backup, run, work) {
      await parts.requireAccount();
      const identifier = restoredInstanceName(prefix, run);
      const began = clock.monotonic();
      if (!(await instanceOf(run, work.signal))) {
        work.say(`restoring ${backup} to a new instance ${identifier}`);
        await make(identifier, backup, run, work);
      }
      const instance = await untilAvailable(identifier, work);
      // Passwords are those of the moment of the snapshot; slots log in with today's.
      const role = await giveApplicationLogin(await ownerOf(instance), database, secrets, clock);
      const seconds = Math.round((clock.monotonic() - began) / 1_000);
      return { backup, instance: identifier, host: instance.endpoint?.host ?? null, role, seconds };
    },

    async verify(backup, run, release, work) {
      const instance = await restored(run);
      const snapshot = snapshotName(prefix, backup);
      const application = await databaseAddress(secrets, database, 'application', clock, instance.endpoint);
      const asked = { owner: await ownerOf(instance), application, environment, snapshot, keeper };
      return verifyRestored(asked, release, work);
    },

    async inUse(run) {
      const found = await instanceOf(run);
      return found !== undefined && usesHost(found);
    },

    async switchTo(run, work) {
      await parts.requireAccount();
      const instance = await restored(run);
      const former = instance.tags[formerTag] ?? database.identifier;
      if (!(await usesHost(instance))) await pointTo(instance.endpoint);
      work.say(`the application's login names ${instance.identifier}; ${former} is kept`);
      await mark(instance, 'in use', work);
      await mark(await persistently(() => rds.instance(former)), `left by ${run}`, work);
      return { instance: instance.identifier, kept: former, host: instance.endpoint.host };
    },

    async switchBack(run, work) {
      const found = await instanceOf(run);
      if (found === undefined || !(await usesHost(found))) return { switched: false };
      const name = parse(z.string(), found.tags[formerTag] ?? database.identifier, 'the instance before');
      const former = await persistently(() => rds.instance(name));
      if (!former?.endpoint) throw new PlatformError(`there is no instance ${name} to go back to`);
      await pointTo(former.endpoint);
      work.say(`the application's login names ${name} again`);
      await mark(former, 'in use', work);
      await mark(found, 'unused', work);
      return { switched: true, instance: name, host: former.endpoint.host };
    },

    async remove(run) {
      const found = await instanceOf(run);
      if (found === undefined) return { instance: null };
      if (await usesHost(found)) throw new RefusedError(`slots use ${found.identifier}: it is not removed`);
      await mark(found, 'unused');
      return { instance: found.identifier, marked: 'unused', removed: false };
    },

    kept: () => keptInstances(parts),
  };
}

/** In which RDS never makes it available by itself. */
const failed = new Set([
  'failed',
  'incompatible-restore',
  'incompatible-parameters',
  'incompatible-network',
  'deleting',
]);
