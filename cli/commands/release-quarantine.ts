import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { Release } from '../../contract/release.js';
import { listReleases, readRelease } from '../../journal/releases.js';
import type { Store } from '../../journal/store.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import { findEnvironment, type FoundEnvironment } from '../find-environment.js';
import { identityOf } from '../identity-of.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { systemClock } from '../run/system-clock.js';

export interface QuarantineOptions {
  readonly because: string;
  readonly json: boolean;
}

/** Refuses a release's own digests from now on; those that an earlier release brought are left alone. */
export async function quarantineCommand(
  name: string | undefined,
  version: string,
  { because, json }: QuarantineOptions,
): Promise<ExitCode> {
  const environment = await findEnvironment(name);
  const store = openStore(environment);
  const release = await readRelease(store, version);
  const digests = ownDigests(release, await listReleases(store));
  if (digests.length === 0) {
    throw new RefusedError(`everything in ${version} is in an earlier release too: quarantine that one`);
  }
  const quarantine = await quarantineOf(store, environment);
  for (const digest of digests) await quarantine.add({ digest, because, run: 'by hand' });
  print(json, { version, quarantined: digests, because }, () => [
    `${version} is quarantined: ${digests.length} of its digests are refused from now on`,
  ]);
  return exitCodes.done;
}

/** Lets everything of a release be deployed again. Who did it and why stays on record. */
export async function allowCommand(
  name: string | undefined,
  version: string,
  { because, json }: QuarantineOptions,
): Promise<ExitCode> {
  const environment = await findEnvironment(name);
  const store = openStore(environment);
  const release = await readRelease(store, version);
  const quarantine = await quarantineOf(store, environment);
  const refused = new Set((await quarantine.list()).map(({ digest }) => digest));
  const digests = [...new Set(Object.values(release.artifacts).map(({ digest }) => digest))].filter((digest) =>
    refused.has(digest),
  );
  for (const digest of digests) await quarantine.allow(digest, because);
  print(json, { version, allowed: digests, because }, () => [
    digests.length === 0 ? `nothing of ${version} is quarantined` : `${version} may be deployed again`,
  ]);
  return exitCodes.done;
}

async function quarantineOf(store: Store, { configuration }: FoundEnvironment): Promise<StoredQuarantine> {
  return new StoredQuarantine(store, systemClock, await identityOf(configuration));
}

/** Oldest first in `releases`. */
export function ownDigests(release: Release, releases: readonly Release[]): string[] {
  const until = releases.findIndex(({ version }) => version === release.version);
  const earlier = new Set(
    releases
      .slice(0, Math.max(until, 0))
      .flatMap(({ artifacts }) => Object.values(artifacts).map(({ digest }) => digest)),
  );
  const digests = new Set(Object.values(release.artifacts).map(({ digest }) => digest));
  return [...digests].filter((digest) => !earlier.has(digest));
}
