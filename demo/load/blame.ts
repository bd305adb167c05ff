import type { LoadSummary } from './lines.js';

export interface Blame {
  readonly requests: number;
  /** Answers 5xx that a release known to be bad gave under its own name. */
  readonly byBadReleases: number;
  /** Everything else that failed: what users would hold against the way of deploying. */
  readonly byTheSwitch: number;
}

export function blame({ requests, groups }: LoadSummary, badVersions: readonly string[]): Blame {
  let byBadReleases = 0;
  let failed = 0;
  for (const { version, failures } of groups) {
    for (const [reason, count] of Object.entries(failures)) {
      failed += count;
      if (version !== null && badVersions.includes(version) && /^5\d\d$/.test(reason)) byBadReleases += count;
    }
  }
  return { requests, byBadReleases, byTheSwitch: failed - byBadReleases };
}
