import type { Verdict } from '../../contract/verdict.js';
import type { Artifacts } from '../../pipeline/ports/artifacts.js';
import { artifactDigest, artifactFolder } from './artifact-digest.js';

/** Artifacts as folders below `artifacts`, each named by the hex digits of its digest. */
export function localArtifacts(artifacts: string): Artifacts {
  return {
    async check(release, signal) {
      const problems: string[] = [];
      for (const [service, { digest }] of Object.entries(release.artifacts)) {
        signal?.throwIfAborted();
        const folder = artifactFolder(artifacts, digest);
        const found = await artifactDigest(folder).catch((error: unknown) => describe(error));
        if (found !== digest) problems.push(`${service}: ${folder} is ${found}, not ${digest}`);
      }
      return verdictOf(problems, Object.keys(release.artifacts).length);
    },
  };
}

function verdictOf(problems: readonly string[], count: number): Verdict {
  if (problems.length > 0) return { answer: 'no', because: problems.join('; '), evidence: {} };
  return { answer: 'yes', because: `all ${count} artifacts are there with their digests`, evidence: { count } };
}

function describe(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'not there';
  return `unreadable (${error instanceof Error ? error.message : 'unknown'})`;
}
