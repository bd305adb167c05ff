import { z } from 'zod';
import { restoredInstanceName } from '../../contract/aws-names.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { Restores } from '../../pipeline/ports/restores.js';
import type { Work } from '../../pipeline/ports/work.js';
import { loginText, readLogin } from './database-login.js';
import { giveApplicationLogin } from './ensure-application-role.js';
import { instanceInUse } from './instance-in-use.js';
import { instancesBeside, type InstancesBesideParts } from './instances-beside.js';
import type { Keeper } from './keeper.js';
import { keptInstances, sinceTag, stateTag } from './kept-instances.js';
import { persist } from './persist.js';
import type { RdsInstance } from './rds-api.js';
import { restoreUnableBecause } from './restore-unable.js';
import type { EcsApi } from './ecs-api.js';
import { snapshotName } from './snapshots.js';
import { verifyRestored } from './verify-restored.js';

export interface AwsRestoresParts extends InstancesBesideParts {
  readonly ecs: Pick<EcsApi, 'services'>;
  readonly keeper: Keeper;
  /** Throws when these are not the environment's account's credentials. */
  readonly requireAccount: () => Promise<void>;
}

const patience = 60_000;
const gibibyte = 2 ** 30;
const formerTag = 'crossfade:former';
/** As the program's own instance has them. */
const exportedLogs = ['postgresql', 'upgrade'];

/**
 * A restore is a second instance beside the first. The application's own login names where the database is, so the
 * switch is one new version of that secret, which tasks that start from then on are given. A release's role can delete
 * no instance: what nobody uses is marked.
 */
export function awsRestores(parts: AwsRestoresParts): Restores {
  const { outputs, database, rds, secrets, keeper, clock } = parts;
  const { prefix } = database.snapshots;
  const { environment } = outputs;
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const others = instancesBeside(parts);
  const instanceOf = (run: string, signal?: AbortSignal) => others.find(restoredInstanceName(prefix, run), signal);

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
        const model = await others.model(work.signal);
        const tags = { [stateTag]: 'restored', [formerTag]: model.identifier };
        await others.make({ identifier, backup, run, like: model, logs: exportedLogs, tags }, work.signal);
      }
      const instance = await others.untilAvailable(identifier, work, 'nothing was switched');
      // Passwords are those of the moment of the snapshot; slots log in with today's.
      const role = await giveApplicationLogin(await others.ownerOf(instance), database, secrets, clock);
      const seconds = Math.round((clock.monotonic() - began) / 1_000);
      return { backup, instance: identifier, host: instance.endpoint.host, role, seconds };
    },

    async verify(backup, run, release, work) {
      const instance = await restored(run);
      const snapshot = snapshotName(prefix, backup);
      const application = await others.applicationOf(instance);
      const asked = { owner: await others.ownerOf(instance), application, environment, snapshot, keeper };
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
