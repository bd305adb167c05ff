import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Database } from '../../pipeline/ports/database.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance, RdsSnapshot } from './rds-api.js';
import { TransientError } from './transient-error.js';

export interface SnapshotsParts {
  readonly api: Pick<RdsApi, 'instance' | 'snapshot' | 'createSnapshot'>;
  readonly database: Pick<NonNullable<AwsOutputs['database']>, 'identifier' | 'snapshots'>;
  readonly environment: string;
  readonly clock: Clock;
}

const patience = 60_000;
const lookEvery = 10_000;
const completeWithin = 60 * 60_000;
const freshFor = 24 * 3_600_000;
const gibibyte = 2 ** 30;
const longest = 255;

/** RDS takes letters, digits and single dashes: what a plan called it, under the policy's prefix, always the same. */
export function snapshotName(prefix: string, name: string): string {
  const words = `${prefix}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return words
    .replace(/^-+|-+$/g, '')
    .slice(0, longest)
    .replace(/-+$/, '');
}

/** Snapshots of releases: named once, waited for, and looked at before anything is migrated. */
export function rdsSnapshots(parts: SnapshotsParts): Pick<Database, 'backUp' | 'verifyBackup'> {
  const { api, clock, database, environment } = parts;
  const nameOf = (name: string): string => snapshotName(database.snapshots.prefix, name);

  return {
    async backUp(name, work) {
      const { signal } = work;
      const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience, signal });
      const snapshot = nameOf(name);
      const tags = { 'crossfade:environment': environment, 'crossfade:backup': name };
      // Asked for twice it is the same one: a run that is resumed finds what it had begun.
      await persistently(() => api.createSnapshot(snapshot, database.identifier, tags, signal));
      const end = clock.monotonic() + completeWithin;
      for (;;) {
        const found = await persistently(() => api.snapshot(snapshot, signal));
        if (found?.status === 'available') return describe(name, found);
        if (found?.status === 'failed') {
          throw new PlatformError(`snapshot ${snapshot} failed: nothing was migrated`, {
            hint: `'aws rds describe-events --source-type db-snapshot --source-identifier ${snapshot}' says why; the next run takes one of its own`,
          });
        }
        if (clock.monotonic() > end) {
          throw new PlatformError(`snapshot ${snapshot} is still ${found?.status ?? 'not there'} after an hour`, {
            hint: 'nothing was migrated; resume the run once it is available',
          });
        }
        work.say(`snapshot ${snapshot}: ${found ? `${found.status}, ${found.progressPercent} %` : 'not there yet'}`);
        await clock.sleep(lookEvery, signal);
      }
    },

    async verifyBackup(name, work) {
      const { signal } = work;
      const look = () => Promise.all([api.snapshot(nameOf(name), signal), api.instance(database.identifier, signal)]);
      try {
        const [snapshot, instance] = await persist(look, { clock, within: patience, signal });
        return verdictOf(nameOf(name), snapshot, instance, database, clock);
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        return { answer: 'unknown', because: `could not look: ${error.message}`, evidence: {} };
      }
    },
  };
}

function describe(name: string, snapshot: RdsSnapshot) {
  // RDS says only how large the instance is, not how much of it a snapshot takes.
  const evidence = {
    snapshot: snapshot.name,
    instance: snapshot.instance,
    engineVersion: snapshot.engineVersion,
    createdAt: snapshot.createdAt?.toISOString() ?? null,
  };
  return { name, bytes: snapshot.gibibytes * gibibyte, evidence };
}

function verdictOf(
  name: string,
  snapshot: RdsSnapshot | undefined,
  instance: RdsInstance | undefined,
  database: SnapshotsParts['database'],
  clock: Clock,
): Verdict {
  if (!snapshot) return { answer: 'no', because: `there is no snapshot ${name}`, evidence: {} };
  if (!instance) return { answer: 'no', because: `there is no instance ${database.identifier}`, evidence: {} };
  const age = clock.now().getTime() - (snapshot.createdAt?.getTime() ?? 0);
  const faults = [
    snapshot.status !== 'available' && `it is ${snapshot.status}`,
    snapshot.instance !== database.identifier && `it is of ${snapshot.instance}, not of ${database.identifier}`,
    !snapshot.encrypted && 'it is not encrypted',
    snapshot.kmsKeyArn !== database.snapshots.kmsKeyArn && 'it is encrypted with another key than the policy names',
    age > freshFor && `it is ${Math.floor(age / 3_600_000)} hours old`,
    snapshot.gibibytes < instance.gibibytes &&
      `it is of ${snapshot.gibibytes} GiB, the instance has ${instance.gibibytes}`,
    snapshot.engineVersion !== instance.engineVersion &&
      `it is of PostgreSQL ${snapshot.engineVersion}, the instance runs ${instance.engineVersion}`,
  ].filter((fault) => fault !== false);
  const evidence = describe(name, snapshot).evidence;
  if (faults.length > 0) return { answer: 'no', because: `snapshot ${name}: ${faults.join('; ')}`, evidence };
  return { answer: 'yes', because: `snapshot ${name} is whole, encrypted and fresh`, evidence };
}
