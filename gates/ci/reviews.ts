import { z } from 'zod';
import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import type { CiQuestion } from '../ci.js';

const user = z.object({ login: z.string() }).nullable();
const pulls = z.array(
  z.object({
    number: z.int(),
    user,
    head: z.object({ sha: z.string() }),
    merge_commit_sha: z.string().nullable(),
    merged_at: z.string().nullable(),
  }),
);
type Pull = z.infer<typeof pulls>[number];

/** The pull request that brought exactly this commit; a string where there is none. */
async function pullOf({ github, commit }: CiQuestion): Promise<Pull | string> {
  const found = await github.pages(`/commits/${commit}/pulls`, pulls, (page) => page);
  const own = found.find(({ head, merge_commit_sha: merged }) => head.sha === commit || merged === commit);
  return own ?? `no pull request has brought ${commit.slice(0, 12)}`;
}

const reviews = z.array(z.object({ user, state: z.string(), commit_id: z.string().nullable() }));
const commits = z.array(z.object({ author: user.optional(), committer: user.optional() }));

/** By so many people who have written none of it, of what was merged: an approval of an earlier state is none. */
export async function askApprovals(question: CiQuestion): Promise<Verdict> {
  const { github, atLeast = 1 } = question;
  const pull = await pullOf(question);
  if (typeof pull === 'string') return no(pull);
  const given = await github.pages(`/pulls/${pull.number}/reviews`, reviews, (page) => page);
  const written = await github.pages(`/pulls/${pull.number}/commits`, commits, (page) => page);
  const authors = new Set([
    pull.user?.login,
    ...written.flatMap(({ author, committer }) => [author?.login, committer?.login]),
  ]);
  // In the order in which they were given: each person's last word counts, and a mere comment is none.
  const last = new Map<string, { readonly state: string; readonly commit: string | null }>();
  for (const { user: by, state, commit_id: commit } of given) {
    if (by && state !== 'COMMENTED' && state !== 'PENDING') last.set(by.login, { state, commit });
  }
  const people = (state: string) => [...last].filter(([, each]) => each.state === state).map(([name]) => name);
  const refusing = people('CHANGES_REQUESTED');
  const approving = people('APPROVED').filter((name) => !authors.has(name));
  const fresh = approving.filter((name) => last.get(name)?.commit === pull.head.sha);
  const evidence = { pull: pull.number, approvedBy: fresh };
  if (refusing.length > 0) return no(`#${pull.number}: ${refusing.join(', ')} asked for changes`, evidence);
  const stale = approving.length - fresh.length;
  const told = `#${pull.number}: ${fresh.length} approvals by others than the authors${stale > 0 ? `, ${stale} of an earlier state` : ''}`;
  return fresh.length >= atLeast ? yes(told, evidence) : no(`${told}, expected ${atLeast}`, evidence);
}

const threads = z.object({
  data: z.object({
    repository: z.object({
      pullRequest: z.object({
        reviewThreads: z.object({
          nodes: z.array(z.object({ isResolved: z.boolean() })),
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        }),
      }),
    }),
  }),
});
const query = `query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: 100, after: $after) { nodes { isResolved } pageInfo { hasNextPage endCursor } } } } }`;

export async function askComments(question: CiQuestion): Promise<Verdict> {
  const { github } = question;
  const pull = await pullOf(question);
  if (typeof pull === 'string') return no(pull);
  const [owner, name] = (await github.repository()).split('/');
  let open = 0;
  let after: string | null = null;
  do {
    const answer: z.infer<typeof threads> = await github.query(
      query,
      { owner, name, number: pull.number, after },
      threads,
    );
    const { nodes, pageInfo } = answer.data.repository.pullRequest.reviewThreads;
    open += nodes.filter(({ isResolved }) => !isResolved).length;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  const evidence = { pull: pull.number, open };
  return open === 0
    ? yes(`#${pull.number}: every remark was answered`, evidence)
    : no(`#${pull.number}: ${open} remarks are open`, evidence);
}

const whole = z.object({ mergeable: z.boolean().nullable().optional() });

export async function askMergeable(question: CiQuestion): Promise<Verdict> {
  const pull = await pullOf(question);
  if (typeof pull === 'string') return no(pull);
  const evidence = { pull: pull.number };
  if (pull.merged_at !== null) return yes(`#${pull.number} is merged`, evidence);
  const { mergeable } = await question.github.get(`/pulls/${pull.number}`, whole);
  if (mergeable === true) return yes(`#${pull.number} can be merged`, evidence);
  if (mergeable === false) return no(`#${pull.number} can't be merged: it conflicts with its base`, evidence);
  return unknown(`GitHub has not found out yet whether #${pull.number} can be merged`, evidence);
}
