import { canonicalJson, digestOf } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';

/** Of what a rehearsal speaks of: the migrations, and what runs before and after them. Another of these is another rehearsal. */
export function rehearsalDigest(release: Release, live: Release | undefined): string {
  const migrations = release.migrations.map(({ id, checksum, phase }) => ({ id, checksum, phase }));
  const digests = (of: Release | undefined) =>
    Object.fromEntries(Object.entries(of?.artifacts ?? {}).map(([name, { digest }]) => [name, digest]));
  const command = release.migrate?.command ?? null;
  return digestOf(
    canonicalJson({ migrations, command: command && [...command], next: digests(release), live: digests(live) }),
  );
}
