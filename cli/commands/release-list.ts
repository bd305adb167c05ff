import { exitCodes, type ExitCode } from '../../contract/errors.js';
import type { Release } from '../../contract/release.js';
import { listReleases, readRelease } from '../../journal/releases.js';
import type { Store } from '../../journal/store.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { releaseLines, releaseListLines, type ListedRelease } from '../print/release-lines.js';
import { systemClock } from '../run/system-clock.js';

export async function listReleasesCommand(
  name: string | undefined,
  { json }: { readonly json: boolean },
): Promise<ExitCode> {
  const store = openStore(await findEnvironment(name));
  const listed = await withQuarantine(store, await listReleases(store));
  print(json, listed, () => releaseListLines(listed));
  return exitCodes.done;
}

export async function showReleaseCommand(
  name: string | undefined,
  version: string,
  { json }: { readonly json: boolean },
): Promise<ExitCode> {
  const store = openStore(await findEnvironment(name));
  const [shown] = await withQuarantine(store, [await readRelease(store, version)]);
  if (!shown) return exitCodes.bug;
  print(json, shown, () => [
    `release ${version}${shown.quarantined === undefined ? '' : ` QUARANTINED: ${shown.quarantined}`}`,
    ...releaseLines(shown.release),
  ]);
  return exitCodes.done;
}

async function withQuarantine(store: Store, releases: readonly Release[]): Promise<ListedRelease[]> {
  const refused = await new StoredQuarantine(store, systemClock, '').list();
  return releases.map((release) => {
    const digests = Object.values(release.artifacts).map(({ digest }) => digest);
    return { release, quarantined: refused.find(({ digest }) => digests.includes(digest))?.because };
  });
}
