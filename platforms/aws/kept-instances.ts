import { isCopyName, restoredPrefix } from '../../contract/aws-names.js';
import type { KeptDatabase } from '../../pipeline/ports/restores.js';
import { instanceInUse, type InUseParts } from './instance-in-use.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance } from './rds-api.js';

/** Whether slots use an instance, for people and for whoever clears up. */
export const stateTag = 'crossfade:state';
export const sinceTag = 'crossfade:since';
export const runTag = 'crossfade:run';

const patience = 30_000;
const gibibyte = 2 ** 30;

type Parts = InUseParts & { readonly rds: Pick<RdsApi, 'instance' | 'instancesNamed'> };

/** Instances that restores have left beside the one in use, by their tags. Nobody here may delete one. */
export async function keptInstances(parts: Parts): Promise<readonly KeptDatabase[]> {
  const { rds, database, clock } = parts;
  const inUse = await instanceInUse(parts);
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const { prefix } = database.snapshots;
  const made = await persistently(() => rds.instancesNamed(restoredPrefix(prefix)));
  const first = await persistently(() => rds.instance(database.identifier));
  return [...(first ? [first] : []), ...made]
    .filter(({ identifier }) => identifier !== inUse.identifier && !isCopyName(prefix, identifier))
    .map(kept)
    .sort((one, other) => (one.since ?? '').localeCompare(other.since ?? ''));
}

function kept({ identifier, gibibytes, tags }: RdsInstance): KeptDatabase {
  const [, leftBy] = /^left by (.+)$/.exec(tags[stateTag] ?? '') ?? [];
  const run = leftBy ?? tags[runTag];
  return {
    name: identifier,
    run: run ?? 'unknown',
    was: leftBy === undefined && tags[runTag] !== undefined ? 'restored' : 'before',
    since: tags[sinceTag],
    bytes: gibibytes * gibibyte,
    place: identifier,
  };
}
