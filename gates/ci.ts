import type { Verdict } from '../contract/verdict.js';
import type { Adapter, CheckOf } from './adapter.js';
import { unknown } from './answer.js';
import { askChecks, askCoverage } from './ci/checks.js';
import { GitHub } from './ci/github.js';
import { askApprovals, askComments, askMergeable } from './ci/reviews.js';

export interface CiQuestion {
  readonly github: GitHub;
  /** What the release was made of; nothing is said of any other. */
  readonly commit: string;
  readonly atLeast: number | undefined;
  /** Name of the one check that is meant. */
  readonly check: string | undefined;
  /** Id of the workflow run that this process is a part of. */
  readonly own: string | undefined;
}

const questions: Readonly<Record<CheckOf<'ci'>['asks'], (question: CiQuestion) => Promise<Verdict>>> = {
  checks: askChecks,
  coverage: askCoverage,
  approvals: askApprovals,
  'comments-resolved': askComments,
  mergeable: askMergeable,
};

/** What GitHub knows about exactly the release's commit. */
export const askCi: Adapter<'ci'> = async ({ asks, atLeast, check }, about, around, signal) => {
  const commit = about.plan.input?.release.commit.sha;
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) {
    return unknown(`the release is of no whole commit: ${commit?.slice(0, 46) ?? 'none'}`);
  }
  const own = around.variables['GITHUB_RUN_ID'];
  return questions[asks]({ github: new GitHub(about, around, signal), commit, atLeast, check, own });
};
