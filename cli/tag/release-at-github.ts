import { z } from 'zod';
import type { Verdict } from '../../contract/verdict.js';
import { yes } from '../../gates/answer.js';
import type { GitHub } from '../../gates/ci/github.js';

const releaseSchema = z.object({ html_url: z.url() });

/**
 * A release of a tag that is there, made once (https://docs.github.com/en/rest/releases/releases). Throws PlatformError,
 * also where there is no token that may write.
 */
export async function releaseAtGitHub(
  github: GitHub,
  { tag, version, notes }: { readonly tag: string; readonly version: string; readonly notes: string },
): Promise<Verdict> {
  const standing = await github.getIfAny(`/releases/tags/${encodeURIComponent(tag)}`, releaseSchema);
  if (standing) return yes(`GitHub has its release`, { release: standing.html_url });
  // What SemVer calls a pre-release is not shown as the latest one.
  const body = { tag_name: tag, name: version, body: notes, draft: false, prerelease: version.includes('-') };
  const made = await github.create('/releases', body, releaseSchema);
  return yes(`GitHub has its release`, { release: made.html_url });
}
