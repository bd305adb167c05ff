import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { WritesSince } from '../../pipeline/ports/writes.js';
import { describeFailure, sqlStateOf } from '../postgres/session.js';
import { writesSince } from '../postgres/write-mark.js';
import { noteMoment, readBackupRecord, writeBackupRecord, type NotedMoment } from './backup-record.js';
import type { InUse } from './instance-in-use.js';
import type { Keeper } from './keeper.js';
import { persist } from './persist.js';
import type { RdsApi } from './rds-api.js';
import type { ReachedDatabase } from './reached-database.js';
import { beyondPolicy, followPolicy } from './snapshot-policy.js';
import type { SnapshotCopies } from './snapshot-copies.js';
import { TransientError } from './transient-error.js';
import { rdsSnapshots, snapshotName } from './snapshots.js';

export interface ReleaseBackupsParts {
  readonly rds: RdsApi;
  readonly database: NonNullable<AwsOutputs['database']>;
  readonly environment: string;
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly inUse: () => Promise<InUse>;
  readonly withOwner: ReachedDatabase['withOwner'];
  /** Undefined: the policy names no other region. */
  readonly copies: SnapshotCopies | undefined;
}

export interface ReleaseBackups extends Pick<Database, 'backUp' | 'verifyBackup'>, Required<Pick<Database, 'prune'>> {
  writesSince(backup: string): Promise<WritesSince>;
}

const patience = 30_000;

/** Snapshots of the instance in use, and beside them what was counted where somebody could count. */
export function releaseBackups(parts: ReleaseBackupsParts): ReleaseBackups {
  const { rds, database, environment, keeper, clock, inUse, withOwner, copies } = parts;
  const placeOf = (name: string) => ({ environment, snapshot: snapshotName(database.snapshots.prefix, name) });

  async function snapshots() {
    const { identifier } = await inUse();
    return rdsSnapshots({ api: rds, database: { ...database, identifier }, environment, clock });
  }

  /** Undefined where nobody reaches the database: a snapshot is no worse for that. */
  async function moment(work: Work): Promise<NotedMoment | undefined> {
    try {
      return await withOwner('counting beside the snapshot', (session) =>
        noteMoment(session, (line) => work.say(line)),
      );
    } catch (error) {
      if (!(error instanceof PlatformError) && sqlStateOf(error) === undefined) throw error;
      work.say(`what is written after this snapshot can't be counted later: ${describeFailure(error)}`);
      return undefined;
    }
  }

  return {
    async backUp(name, work) {
      const place = placeOf(name);
      const standing = await persist(() => rds.snapshot(place.snapshot), { clock, within: patience });
      const before = standing === undefined ? await moment(work) : undefined;
      // Written before it, too: whoever goes on after a crash can't count any more what was before.
      if (before) await writeBackupRecord(keeper, place, before, { mark: before.mark, counts: uncounted(before) });
      const backup = await (await snapshots()).backUp(name, work);
      const after = before && (await moment(work));
      if (before && after) await writeBackupRecord(keeper, place, before, after);
      if (copies === undefined) return backup;
      return { ...backup, evidence: { ...backup.evidence, copy: await copies.begin(place.snapshot, work) } };
    },

    async verifyBackup(name, work) {
      const verdict = await (await snapshots()).verifyBackup(name, work);
      if (verdict.answer !== 'yes') return verdict;
      const policy = { api: rds, database, environment, keeper, clock };
      const copied = copies === undefined ? {} : { copies: await copies.look(work) };
      return { ...verdict, evidence: { ...verdict.evidence, ...(await followPolicy(policy, name)), ...copied } };
    },

    async prune(needed, { dryRun, gone }) {
      const identifiers = new Set([database.identifier, (await inUse()).identifier]);
      const found = await Promise.all(
        [...identifiers].map((of) => persist(() => rds.snapshotsOf(of), { clock, within: patience })),
      );
      const policy = { database, environment, keeper };
      const here = await beyondPolicy(policy, found.flat(), needed);
      // By the same policy, of their own number: a copy outlives what it was made of, or falls behind it.
      const there = await beyondPolicy(policy, (await copies?.list()) ?? [], needed);
      const named = (name: string): string => `${name} in ${copies?.region ?? ''}`;
      if (!dryRun) {
        for (const name of here.goes) {
          await asProvisioner(() => persist(() => rds.deleteSnapshot(name), { clock, within: patience }));
          gone?.(name);
        }
        for (const name of there.goes) {
          await asProvisioner(async () => copies?.remove(name));
          gone?.(named(name));
        }
      }
      return {
        goes: [...here.goes, ...there.goes.map(named)],
        stays: [...here.stays, ...there.stays.map(({ name, because }) => ({ name: named(name), because }))],
      };
    },

    async writesSince(backup) {
      const { snapshot } = placeOf(backup);
      const found = await persist(() => rds.snapshot(snapshot), { clock, within: patience });
      if (!found) throw new PlatformError(`there is no snapshot ${snapshot}`);
      const seconds = Math.max(0, (clock.now().getTime() - (found.createdAt ?? clock.now()).getTime()) / 1_000);
      const unknown = (because: string) => ({ seconds, walBytes: 0, tables: undefined, migrations: [], because });
      const record = await readBackupRecord(keeper, environment, snapshot);
      if (record === undefined) return unknown('when it was taken nobody reached the database to count');
      try {
        return await withOwner('counting what was written', (session) => writesSince(session, record.mark));
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        return unknown(error.message);
      }
    },
  };
}

/** A role that releases may not. */
async function asProvisioner(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (cause) {
    if (!(cause instanceof PlatformError) || cause instanceof TransientError) throw cause;
    throw new PlatformError(cause.message, {
      cause,
      hint: 'a role that releases may delete no snapshot, so that no release can delete its own way back: prune as the role that provisions',
    });
  }
}

/** Every table has to be there; how many rows it has is not known yet. */
function uncounted({ counts }: NotedMoment): NotedMoment['counts'] {
  return new Map([...counts].map(([table, { file }]) => [table, { rows: undefined, file }]));
}
