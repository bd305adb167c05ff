import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';

export interface Artifacts {
  /** Present and with the digest of the manifest? */
  check(release: Release, signal?: AbortSignal): Promise<Verdict>;
}
