import { OperatorError } from '../../contract/errors.js';
import type { Approvers } from '../../contract/approver.js';
import type { Plan } from '../../contract/plan.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Asking } from '../../pipeline/people/asking.js';
import type { People, Vouched } from '../../pipeline/people/people.js';
import { GitHub } from '../ci/github.js';
import type { Surroundings } from '../surroundings.js';
import {
  commentsSchema,
  commentWords,
  reviewsSchema,
  reviewWords,
  workflowRunSchema,
  type GitHubWord,
} from './github-words.js';
import { vouchedByGitHub } from './vouched-by-github.js';

/** GitHub lets a job ask a thousand times an hour. Milliseconds. */
const askEvery = 20_000;

type Around = Pick<Surroundings, 'folder' | 'variables'>;

/**
 * What approvers have written at GitHub: comments on exactly the commit that is released, and reviews of the deployment
 * of the workflow run that this process belongs to, where that is at the same commit.
 */
export class GitHubPeople implements People {
  readonly approvers: Approvers;
  readonly #askingsOf: (plan: Plan) => readonly Asking[];
  readonly #around: Around;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #known: { readonly at: number; readonly words: readonly GitHubWord[] } | undefined;

  constructor(
    approvers: Approvers,
    askingsOf: (plan: Plan) => readonly Asking[],
    around: Around,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.approvers = approvers;
    this.#askingsOf = askingsOf;
    this.#around = around;
    this.#clock = clock;
  }

  /** A GitHub that doesn't answer keeps nobody else's word from counting: it is told as one that counts for nothing. */
  async decisions(plan: Plan, signal: AbortSignal): Promise<readonly Vouched[]> {
    try {
      const words = await this.#words(plan, signal);
      return words.flatMap((word) => vouchedByGitHub(word, plan, this.#askingsOf(plan), this.approvers));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      return [{ statement: undefined, words: '', found: 'GitHub', problem: error.message, proof: {} }];
    }
  }

  async #words(plan: Plan, signal: AbortSignal): Promise<readonly GitHubWord[]> {
    const now = this.#clock.monotonic();
    if (this.#known && now - this.#known.at < askEvery) return this.#known.words;
    const github = new GitHub({ plan }, this.#around, signal);
    const sha = plan.input?.release.commit.sha ?? '';
    const [comments, reviews] = await Promise.all([
      /^[0-9a-f]{40}$/.test(sha) ? github.pages(`/commits/${sha}/comments`, commentsSchema, (page) => page) : [],
      this.#reviews(github, plan, sha),
    ]);
    const words = [...commentWords(comments), ...reviews];
    this.#known = { at: now, words };
    return words;
  }

  async #reviews(github: GitHub, { environment }: Plan, sha: string): Promise<GitHubWord[]> {
    const id = this.#around.variables['GITHUB_RUN_ID'] ?? '';
    if (!/^\d+$/.test(id)) return [];
    const run = await github.get(`/actions/runs/${id}`, workflowRunSchema);
    if (run.head_sha !== sha) return [];
    return reviewWords(await github.get(`/actions/runs/${id}/approvals`, reviewsSchema), run, environment);
  }
}
