import semver from 'semver';
import { RefusedError } from '../../contract/errors.js';

/** Throws RefusedError where what would become live is an earlier version than what is. */
export function refuseOlder(live: string | undefined, version: string): void {
  if (live === undefined || !semver.lt(version, live)) return;
  throw new RefusedError(`${version} is an earlier version than ${live}, which is live`, {
    hint: "'--downgrade' says that this is meant; 'crossfade rollback --to VERSION' is the way back while users are hurt",
  });
}
