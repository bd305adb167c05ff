import type { Verdict } from '../contract/verdict.js';
import type { Adapter, CheckOf } from './adapter.js';
import { unknown } from './answer.js';
import { Git } from './git/git.js';
import { askClean, askUpToDate, askBranch } from './git/place.js';
import { askConflictMarkers, askDebugLeftovers } from './git/leftovers.js';
import { askChangelog, askTagFree, askVersion } from './git/version.js';

export interface Question {
  readonly git: Git;
  /** What the release was made of. */
  readonly commit: string;
  readonly version: string;
  /** Of the release that is live. */
  readonly previous: string | undefined;
  readonly branch: string | undefined;
}

const questions: Readonly<Record<CheckOf<'git'>['asks'], (question: Question) => Promise<Verdict>>> = {
  clean: askClean,
  'up-to-date': askUpToDate,
  'no-conflict-markers': askConflictMarkers,
  'no-debug-leftovers': askDebugLeftovers,
  'release-branch': askBranch,
  version: askVersion,
  changelog: askChangelog,
  'tag-free': askTagFree,
};

/** About the commit that the release was made of, in the repository that the project lies in. Fetches nothing. */
export const askGit: Adapter<'git'> = async ({ asks, branch }, { plan }, { folder }, signal) => {
  const release = plan.input?.release;
  if (!release) return unknown('this run puts no release into a slot');
  const question = {
    git: new Git(folder, signal),
    version: release.version,
    commit: release.commit.sha,
    previous: plan.previous?.version,
    branch: branch?.replaceAll('{{version}}', release.version),
  };
  if (asks !== 'version' && !(await question.git.has(question.commit))) return notHere(question, asks);
  return questions[asks](question);
};

function notHere(question: Question, asks: CheckOf<'git'>['asks']): Promise<Verdict> | Verdict {
  if (asks === 'clean' && question.commit.endsWith('-dirty')) return askClean(question);
  return unknown(`commit ${question.commit.slice(0, 46)} of the release is not in this repository`);
}
