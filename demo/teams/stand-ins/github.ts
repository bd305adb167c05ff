/** One request to GitHub's API, of the repository of the example. */
export interface Asked {
  readonly method: string;
  /** After /repos/OWNER/NAME, or /graphql. */
  readonly path: readonly string[];
  readonly body: string;
}

type Answer = readonly [status: number, answer: unknown];

/** A repository with one pull request, which brought whichever commit is asked about; and the issues that are opened. */
export class Github {
  readonly #address: string;
  #issues = 0;
  /** The commit that was asked about last. */
  #commit = '';

  /** `address`: of its web pages. */
  constructor(address: string) {
    this.#address = address;
  }

  answer({ method, path, body }: Asked, good: boolean): Answer {
    const [what = '', sha = '', part = ''] = path;
    if (what === 'issues' && method === 'POST') return this.#issue(sha);
    if (method === 'POST' && body.includes('reviewThreads')) return [200, threads(good)];
    if (what === 'commits') return this.#ofCommit(sha, part, good);
    if (what === 'pulls' && part === 'reviews') return [200, reviews(good, this.#commit)];
    if (what === 'pulls' && part === 'commits') return [200, [{ author: { login: 'author' }, committer: null }]];
    if (what === 'pulls') return [200, { mergeable: good }];
    return [404, {}];
  }

  /** A new one; with a number: a comment on it. */
  #issue(number: string): Answer {
    if (number !== '') return [201, { id: 1 }];
    this.#issues += 1;
    return [201, { number: this.#issues, html_url: `${this.#address}/acme/product/issues/${this.#issues}` }];
  }

  #ofCommit(sha: string, part: string, good: boolean): Answer {
    this.#commit = sha;
    if (part === 'check-runs') return [200, { check_runs: checks(good) }];
    if (part === 'statuses') return [200, []];
    if (part !== 'pulls') return [404, {}];
    const pull = { number: 7, user: { login: 'author' }, head: { sha }, merge_commit_sha: sha };
    return [200, [{ ...pull, merged_at: good ? '2026-01-01T00:00:00Z' : null }]];
  }
}

function checks(good: boolean): unknown[] {
  const conclusion = good ? 'success' : 'failure';
  const run = (name: string, title: string) => ({ name, status: 'completed', conclusion, output: { title } });
  return [
    ...['tests', 'integration', 'e2e'].map((name) => run(name, 'all of them')),
    run('coverage', `${good ? 93 : 41} % of lines`),
  ];
}

function reviews(good: boolean, commit: string): unknown[] {
  return ['first-reviewer', 'second-reviewer'].map((login) => ({
    user: { login },
    state: good ? 'APPROVED' : 'CHANGES_REQUESTED',
    commit_id: commit,
  }));
}

function threads(good: boolean): unknown {
  const reviewThreads = { nodes: [{ isResolved: good }], pageInfo: { hasNextPage: false, endCursor: null } };
  return { data: { repository: { pullRequest: { reviewThreads } } } };
}
