import { RefusedError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import { parse } from '../contract/parse.js';
import { releaseSchema, versionSchema, type Release } from '../contract/release.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

/**
 * Writes a manifest that nothing will ever change. The same content again is no new release: the stored one comes
 * back. Throws RefusedError when this version is already something else.
 */
export async function createRelease(store: Store, release: Release): Promise<{ release: Release; created: boolean }> {
  const whole = parse(releaseSchema, release, `release ${release.version}`);
  const written = await store.putOnce(keyOf(release.version), `${canonicalJson(whole)}\n`);
  if (written === 'written') return { release: whole, created: true };
  const stored = await readRelease(store, release.version);
  const [differing] = differences(stored, whole);
  if (differing === undefined) return { release: stored, created: false };
  throw new RefusedError(`release ${release.version} exists and has another ${differing}`, {
    hint: 'a release never changes: give this one a new version',
  });
}

/** Throws RefusedError when there is no such release. */
export async function readRelease(store: Store, version: string): Promise<Release> {
  const text = await store.get(keyOf(parse(versionSchema, version, 'version')));
  if (text !== undefined) return parseRecord(releaseSchema, text, `release ${version} in ${store.place}`);
  throw new RefusedError(`there is no release ${version} in ${store.place}`, {
    hint: `'crossfade release create --version ${version}' makes it; 'crossfade release list' shows what there is`,
  });
}

/** Every release, oldest first. */
export async function listReleases(store: Store): Promise<readonly Release[]> {
  const names = (await store.list('releases')).filter((name) => name.endsWith('.json'));
  const releases = await Promise.all(names.map((name) => readRelease(store, name.slice(0, -'.json'.length))));
  return releases.sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
}

/** Parts of a release that are not the same; when it was written down does not count. */
function differences(one: Release, other: Release): string[] {
  const parts = new Set([...Object.keys(one), ...Object.keys(other)]);
  parts.delete('createdAt');
  const part = (release: Release, name: string): unknown => Object.entries(release).find(([key]) => key === name)?.[1];
  return [...parts].filter((name) => canonicalJson(part(one, name)) !== canonicalJson(part(other, name)));
}

function keyOf(version: string): string {
  return `releases/${version}.json`;
}
