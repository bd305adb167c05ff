import { copyName, copyTag, isCopyName, restoredPrefix, type CopyPurpose } from '../../contract/aws-names.js';
import { describeDuration } from '../../contract/duration.js';
import { PlatformError } from '../../contract/errors.js';
import type { Leftover } from '../../pipeline/ports/leftovers.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from '../postgres/address.js';
import { giveApplicationLogin } from './ensure-application-role.js';
import { instancesBeside, type InstancesBesideParts } from './instances-beside.js';
import { runTag, sinceTag, stateTag } from './kept-instances.js';
import { persist } from './persist.js';
import type { RdsInstance } from './rds-api.js';
import { removeCopy } from './remove-copy.js';

export interface CopiesParts extends InstancesBesideParts {
  /** Throws when these are not the environment's account's credentials: RDS goes by names. */
  readonly requireAccount: () => Promise<void>;
}

/** A temporary instance, made of a snapshot; nobody else uses it. */
export interface Copy {
  readonly identifier: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly instance: RdsInstance;
  /** It took until the application could log in. */
  readonly milliseconds: number;
  /** `owner` may change the schema. */
  address(role: 'owner' | 'application'): Promise<PostgresAddress>;
  /** Resolves once RDS is deleting it. Idempotent. Throws PlatformError, whose hint removes it; a later sweep does, too. */
  remove(): Promise<void>;
}

export interface Copies {
  /** As it was at the backup: what the same run has left is removed first. Throws what RDS throws, with nothing left. */
  open(backup: string, run: string, work: Work): Promise<Copy>;
  /** Those that are there, whoever is or was at work on them. */
  list(): Promise<readonly Leftover[]>;
  /**
   * Removes what killed processes have left: copies that are older than any process can be, and with `run` that one's at
   * once. Resolves to their names; says which could not be removed.
   */
  sweep(options?: { readonly run?: string; readonly say?: (line: string) => void }): Promise<readonly string[]>;
  /** Those of this purpose that nobody has begun to remove. */
  standing(): Promise<readonly StandingCopy[]>;
}

export interface StandingCopy {
  readonly identifier: string;
  readonly run: string;
  /** ISO 8601; empty where it doesn't say. */
  readonly since: string;
}

const patience = 60_000;
const lookEvery = 15_000;
const goneWithin = 30 * 60_000;
/** As long as a session of the role that releases lasts: whoever made it can't work on it any more. */
const oldest = 6 * 3_600_000;

/** Of the class of the instance in use, so that times are true; on its own, without backups, protection or logs kept. */
export function rdsCopies(parts: CopiesParts, purpose: CopyPurpose): Copies {
  const { outputs, database, rds, secrets, clock } = parts;
  const { prefix } = database.snapshots;
  const others = instancesBeside(parts);
  const isCopy = ({ identifier, tags }: RdsInstance): boolean =>
    isCopyName(prefix, identifier) && copyTag in tags && tags['crossfade:environment'] === outputs.environment;
  const isOf = (run: string) => (found: RdsInstance) => isCopy(found) && found.tags[runTag] === run;
  const remove = (identifier: string, run: string, tell?: Pick<Work, 'say'>) =>
    removeCopy({ rds, clock, tell }, identifier, isOf(run));

  async function make(identifier: string, backup: string, run: string, work: Work): Promise<void> {
    const { class: size } = await others.model(work.signal);
    const like = { class: size, multiAz: false, backupRetentionDays: 0, deletionProtection: false };
    const tags = { [copyTag]: purpose, [sinceTag]: clock.now().toISOString() };
    await others.make({ identifier, backup, run, like, logs: [], tags }, work.signal);
  }

  /** What an earlier process of this run has worked on is not what the backup holds any more. */
  async function clear(identifier: string, run: string, work: Work): Promise<void> {
    if ((await others.find(identifier, work.signal)) === undefined) return;
    work.say(`removing ${identifier}, which an earlier process of ${run} has left`);
    await remove(identifier, run, work);
    const end = clock.monotonic() + goneWithin;
    while ((await others.find(identifier, work.signal)) !== undefined) {
      if (clock.monotonic() > end) throw new PlatformError(`${identifier} is still being deleted`);
      await clock.sleep(lookEvery, work.signal);
    }
  }

  async function all(): Promise<readonly RdsInstance[]> {
    const found = await persist(() => rds.instancesNamed(restoredPrefix(prefix)), { clock, within: patience });
    return found.filter(isCopy);
  }

  function neededBecause({ status, tags }: RdsInstance): string | undefined {
    if (status === 'deleting') return 'RDS is deleting it';
    if (tags[stateTag] === 'unused') return undefined;
    const age = clock.now().getTime() - Date.parse(tags[sinceTag] ?? '');
    // One that doesn't say is never old.
    if (Number.isNaN(age)) return 'nothing tells since when it is there: it is deleted by hand';
    return age > oldest ? undefined : `who made it may be at work on it, for ${describeDuration(oldest - age)} more`;
  }

  return {
    async list() {
      return (await all()).map((each) => ({
        name: each.identifier,
        madeBy: `a ${each.tags[copyTag] ?? 'copy'} of run ${each.tags[runTag] ?? 'unknown'}`,
        since: each.tags[sinceTag],
        bytes: each.gibibytes * 2 ** 30,
        place: each.identifier,
        neededBecause: neededBecause(each),
      }));
    },

    async open(backup, run, work) {
      await parts.requireAccount();
      const identifier = copyName(prefix, run);
      await clear(identifier, run, work);
      const began = clock.monotonic();
      work.say(`making ${identifier} of ${backup}`);
      try {
        await make(identifier, backup, run, work);
        const instance = await others.untilAvailable(identifier, work, 'it is removed again');
        if (!isOf(run)(instance)) throw new PlatformError(`${identifier} was made for another run in this moment`);
        // Passwords are those of the moment of the snapshot.
        work.say(await giveApplicationLogin(await others.ownerOf(instance), database, secrets, clock));
        return {
          identifier,
          instance,
          endpoint: instance.endpoint,
          milliseconds: Math.round(clock.monotonic() - began),
          address: (role) => (role === 'owner' ? others.ownerOf(instance) : others.applicationOf(instance)),
          remove: () => remove(identifier, run, work),
        };
      } catch (error) {
        // Whatever went wrong is what has to be told; what is left is said beside it.
        await remove(identifier, run, work).catch((left: unknown) => {
          if (!(left instanceof PlatformError)) throw left;
          work.say(`${left.message}; ${left.hint ?? ''}`);
        });
        throw error;
      }
    },

    async sweep({ run, say } = {}) {
      await parts.requireAccount();
      const left = (await all()).filter(
        (each) => each.status !== 'deleting' && (each.tags[runTag] === run || neededBecause(each) === undefined),
      );
      const gone: string[] = [];
      for (const { identifier, tags } of left) {
        try {
          await remove(identifier, tags[runTag] ?? '', say && { say });
          gone.push(identifier);
        } catch (error) {
          if (!(error instanceof PlatformError)) throw error;
          say?.(`${error.message}; ${error.hint ?? ''}`);
        }
      }
      return gone;
    },

    async standing() {
      const found = (await all()).filter((each) => each.status !== 'deleting');
      return found
        .filter(({ tags }) => tags[copyTag] === purpose && tags[stateTag] !== 'unused')
        .map(({ identifier, tags }) => ({ identifier, run: tags[runTag] ?? '', since: tags[sinceTag] ?? '' }));
    },
  };
}
