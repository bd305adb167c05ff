import { RefusedError } from '../../contract/errors.js';
import type { Release } from '../../contract/release.js';
import type { Staged } from '../../contract/hotfix.js';
import { readJournal } from '../../journal/read-journal.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { runsOf } from './runs-of.js';

/** So many of its newest runs are looked through: what was tried longer ago was tried beside something else. */
const most = 50;

/**
 * The newest run of that environment that promoted exactly these digests, by its own journal, whose chain is checked.
 * Throws RefusedError where there is none: a hotfix skips people, never the trial.
 */
export async function stagedIn(name: string, folder: string, release: Release): Promise<Staged> {
  const staging = await findEnvironment(name, folder);
  const store = openStore(staging);
  let looked = 0;
  for await (const { run, progress } of runsOf(store, name)) {
    const { plan, ended } = progress;
    if (plan.action === 'deploy' && ended?.outcome === 'completed' && sameDigests(plan.input?.release, release)) {
      const { head, events } = await readJournal(store, run);
      return { environment: name, run, at: events.at(-1)?.at ?? plan.createdAt, head: head.hash };
    }
    looked += 1;
    if (looked === most) break;
  }
  throw new RefusedError(`the digests of ${release.version} were never promoted in ${name}, by its journal`, {
    hint: `'crossfade deploy ${name} ${release.version}' tries it there first: also a hotfix is tried`,
  });
}

function sameDigests(one: Release | undefined, other: Release): boolean {
  const digests = (release: Release | undefined): string =>
    Object.entries(release?.artifacts ?? {})
      .map(([service, { digest }]) => `${service}=${digest}`)
      .sort()
      .join();
  return digests(one) === digests(other);
}
