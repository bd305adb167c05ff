import type { JsonObject } from '../../contract/json.js';
import { neededBySlots } from '../../contract/needed-by-slots.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { retention, type NeededBackup, type Retention } from '../../contract/retention.js';
import { persist } from './persist.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Keeper } from './keeper.js';
import type { RdsApi, RdsSnapshot } from './rds-api.js';
import { readSlotRecord } from './slot-record.js';
import { snapshotName } from './snapshots.js';
import { TransientError } from './transient-error.js';

export interface SnapshotPolicyParts {
  readonly api: Pick<RdsApi, 'snapshotsOf'>;
  readonly database: Pick<NonNullable<AwsOutputs['database']>, 'identifier' | 'snapshots'>;
  readonly environment: string;
  readonly keeper: Keeper;
  readonly clock: Clock;
}

const patience = 60_000;

/**
 * What there is beyond the number to keep, once a release's snapshot is good. A role that releases may delete none, so
 * it is only named here. That AWS is busy is told, and stops no release.
 */
export async function followPolicy(parts: SnapshotPolicyParts, name: string): Promise<JsonObject> {
  const { api, database, clock } = parts;
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  try {
    const all = await persistently(() => api.snapshotsOf(database.identifier));
    const { goes } = await beyondPolicy(parts, all, [{ name, because: 'it was taken just now' }]);
    return { beyondPolicy: [...goes] };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return { policy: `not followed to its end: ${error.message}` };
  }
}

/** What the policy says of releases' snapshots among all: `needed` and what standing slots need, by backups' names, stays. */
export async function beyondPolicy(
  { database, environment, keeper }: Pick<SnapshotPolicyParts, 'database' | 'environment' | 'keeper'>,
  all: readonly Pick<RdsSnapshot, 'name' | 'status' | 'createdAt'>[],
  needed: readonly NeededBackup[],
): Promise<Retention> {
  const { prefix, keep } = database.snapshots;
  const [blue, green] = await Promise.all([
    readSlotRecord(keeper, environment, 'blue'),
    readSlotRecord(keeper, environment, 'green'),
  ]);
  const bySnapshot = [...needed, ...neededBySlots({ blue, green })].map(({ name, because }) => ({
    name: snapshotName(prefix, name),
    because,
  }));
  const ofReleases = all.filter(({ name }) => name.startsWith(`${prefix}-`));
  const [whole, others] = [ofReleases.filter(isWhole), ofReleases.filter((each) => !isWhole(each))];
  const dated = whole.map(({ name, createdAt }) => ({
    name,
    createdAt: (createdAt ?? new Date(0)).toISOString(),
    good: true,
  }));
  const { goes, stays } = retention(dated, keep, bySnapshot);
  // Those that are under way, and those that have failed, are looked at by somebody.
  const unfinished = others.map(({ name, status }) => ({ name, because: `RDS calls it ${status}` }));
  return { goes, stays: [...stays, ...unfinished] };
}

function isWhole({ status }: Pick<RdsSnapshot, 'status'>): boolean {
  return status === 'available';
}
