import { colours } from '../../contract/colour.js';
import type { JsonObject } from '../../contract/json.js';
import type { AwsOutputs } from '../../contract/outputs.js';
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
    return { beyondPolicy: [...(await beyondPolicy(parts, all, [name]))] };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return { policy: `not followed to its end: ${error.message}` };
  }
}

/** Of all snapshots those of releases that may go: `needed` and what standing slots need, by their backups' names, stays. */
export async function beyondPolicy(
  { database, environment, keeper }: Pick<SnapshotPolicyParts, 'database' | 'environment' | 'keeper'>,
  all: readonly RdsSnapshot[],
  needed: readonly string[],
): Promise<readonly string[]> {
  const { prefix, keep } = database.snapshots;
  const inputs = await Promise.all(colours.map((colour) => readSlotRecord(keeper, environment, colour)));
  const names = [...needed, ...inputs.flatMap((input) => (input ? [`before-${input.run}`] : []))];
  const ofReleases = all.filter((snapshot) => snapshot.name.startsWith(`${prefix}-`));
  return surplusOf(
    ofReleases,
    keep,
    names.map((name) => snapshotName(prefix, name)),
  );
}

/** Names of those that may go, oldest first: whole ones only count, and none that a standing slot or an open run needs is among them. */
export function surplusOf(
  snapshots: readonly Pick<RdsSnapshot, 'name' | 'status' | 'createdAt'>[],
  keep: number,
  needed: readonly string[],
): readonly string[] {
  const whole = snapshots.filter(({ status }) => status === 'available');
  const newestFirst = [...whole].sort((one, other) => time(other.createdAt) - time(one.createdAt));
  const beyond = newestFirst.slice(keep).map(({ name }) => name);
  return beyond.filter((name) => !needed.includes(name)).reverse();
}

function time(at: Date | undefined): number {
  return at?.getTime() ?? 0;
}
