import type { Plan } from '../../contract/plan.js';
import type { ReleaseTag } from '../../contract/release-tag.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import { unknown } from '../../gates/answer.js';
import { GitHub } from '../../gates/ci/github.js';
import { readChangelog } from '../../gates/git/changelog.js';
import { Git } from '../../gates/git/git.js';
import type { Surroundings } from '../../gates/surroundings.js';
import { releaseAtGitHub } from './release-at-github.js';
import { tagCommit } from './tag-commit.js';

/** Characters of release notes that are kept; GitHub takes 125 000. */
const longestNotes = 60_000;

/**
 * Tags what the run released, and makes a release of it at GitHub where that is asked; may be done again. Every call has
 * a limit of its own, 30 s at most. Throws PlatformError for what can't be done now.
 */
export async function tagRelease(
  tag: Omit<ReleaseTag, 'name'> & { readonly name: string | undefined },
  plan: Plan,
  product: string,
  around: Pick<Surroundings, 'folder' | 'variables'>,
): Promise<Verdict> {
  const { name } = tag;
  if (name === undefined || !plan.input) return unknown('this run puts no release into a slot');
  const { commit, version } = plan.input.release;
  const { signal } = new AbortController();
  const git = new Git(around.folder, signal);
  const changelog = (await git.has(commit.sha)) ? await readChangelog(git, commit.sha, version) : undefined;
  const notes = (changelog?.section ?? '').slice(0, longestNotes);
  const message = `${product} ${version}\n${notes === '' ? '' : `\n${notes}\n`}`;
  const tagged = await tagCommit(git, { name, commit: commit.sha, message, push: tag.push !== undefined });
  const evidence = { ...tagged.evidence, changelog: changelog?.path ?? null };
  if (tagged.answer !== 'yes' || !tag.githubRelease) return { ...tagged, evidence };
  const released = await releaseAtGitHub(new GitHub({ plan }, around, signal), { tag: name, version, notes });
  return {
    answer: worstAnswer([tagged.answer, released.answer]),
    because: `${tagged.because}; ${released.because}`,
    evidence: { ...evidence, ...released.evidence },
  };
}
