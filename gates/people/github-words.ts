import { z } from 'zod';

/** Whom GitHub vouches for, and what they have written. */
export interface GitHubWord {
  readonly login: string;
  /** A bot's word is nobody's. */
  readonly person: boolean;
  readonly text: string;
  readonly at: string;
  readonly edited: boolean;
  readonly address: string;
  /** Of a review of a deployment: what they clicked. */
  readonly clicked: 'approve' | 'reject' | undefined;
}

const user = z.object({ login: z.string(), type: z.string() }).nullable();

/** https://docs.github.com/en/rest/commits/comments */
export const commentsSchema = z.array(
  z.object({
    user,
    body: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    html_url: z.string(),
  }),
);

/** https://docs.github.com/en/rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run; it says no time. */
export const reviewsSchema = z.array(
  z.object({ state: z.string(), comment: z.string(), environments: z.array(z.object({ name: z.string() })), user }),
);

export const workflowRunSchema = z.object({
  head_sha: z.string(),
  html_url: z.string(),
  run_started_at: z.iso.datetime(),
});

export function commentWords(comments: z.infer<typeof commentsSchema>): GitHubWord[] {
  return comments.flatMap((comment) =>
    comment.user === null
      ? []
      : [
          {
            login: comment.user.login,
            person: comment.user.type === 'User',
            text: comment.body,
            at: comment.created_at,
            // Whoever may write to a repository may edit what others have written there.
            edited: comment.created_at !== comment.updated_at,
            address: comment.html_url,
            clicked: undefined,
          },
        ],
  );
}

export function reviewWords(
  reviews: z.infer<typeof reviewsSchema>,
  run: z.infer<typeof workflowRunSchema>,
  environment: string,
): GitHubWord[] {
  return reviews.flatMap(({ state, comment, environments, user: by }) => {
    if (by === null || !environments.some(({ name }) => name === environment)) return [];
    if (state !== 'approved' && state !== 'rejected') return [];
    return [
      {
        login: by.login,
        person: by.type === 'User',
        text: comment,
        at: run.run_started_at,
        edited: false,
        address: run.html_url,
        clicked: state === 'approved' ? 'approve' : 'reject',
      } as const,
    ];
  });
}
