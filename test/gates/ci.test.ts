import { expect } from 'chai';
import { PlatformError } from '../../contract/errors.js';
import { GateQuestion } from '../support/gate-question.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';
import { StandIn } from '../support/stand-in.js';

const sha = 'a'.repeat(40);
const repository = '/repos/acme/shop';

describe('a question to CI', () => {
  const github = new StandIn();
  let question: GateQuestion;

  beforeEach(() => {
    question = new GateQuestion(() => '/');
    question.release = someRelease('2.0.0', { commit: { sha, author: 'a' } });
    question.variables = {
      GITHUB_API_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_TOKEN: 'canary-4',
      GITHUB_RUN_ID: '77',
    };
    checks([]);
    statuses([]);
  });
  const ask = (asks: string, more: Record<string, unknown> = {}) => question.ask({ kind: 'ci', asks, ...more });
  const checks = (runs: unknown[]) => {
    github.answers[`GET ${repository}/commits/${sha}/check-runs`] = { body: { check_runs: runs } };
  };
  const statuses = (all: unknown[]) => {
    github.answers[`GET ${repository}/commits/${sha}/statuses`] = { body: all };
  };
  const run = (name: string, conclusion: string | null, more: Record<string, unknown> = {}) => ({
    name,
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    details_url: 'https://github.com/acme/shop/actions/runs/1/job/2',
    ...more,
  });

  describe('checks', () => {
    it('are green, red, or not finished, at exactly this commit', async () => {
      checks([run('test', 'success'), run('docs', 'skipped')]);
      expect(await ask('checks')).to.include({ answer: 'yes', because: `2 checks are green at ${sha.slice(0, 12)}` });
      expect(github.asked[0]?.headers.authorization).to.equal('Bearer canary-4');
      checks([run('test', 'success'), run('e2e', 'failure')]);
      expect(await ask('checks')).to.include({ answer: 'no', because: 'failed: e2e' });
      checks([run('test', 'success'), run('e2e', null)]);
      expect(await ask('checks')).to.include({ answer: 'unknown', because: 'not finished: e2e' });
    });

    it('that nobody made are none', async () => {
      expect((await ask('checks')).answer).to.equal('no');
      checks([run('test', 'success')]);
      expect((await ask('checks', { check: 'e2e' })).because).to.contain('e2e was checked at');
      expect((await ask('checks', { check: 'test' })).answer).to.equal('yes');
    });

    it('of the very workflow that asks do not wait for themselves', async () => {
      const own = { details_url: 'https://github.com/acme/shop/actions/runs/77/job/3' };
      checks([run('test', 'success'), run('deploy', null, own)]);
      expect((await ask('checks')).answer).to.equal('yes');
    });

    it('count statuses too, the newest of each', async () => {
      statuses([
        { context: 'ci', state: 'success' },
        { context: 'ci', state: 'failure' },
      ]);
      expect((await ask('checks')).answer).to.equal('yes');
      statuses([{ context: 'ci', state: 'error' }]);
      expect((await ask('checks')).answer).to.equal('no');
    });

    it('come on several pages', async () => {
      const page = (url: string) => Number(new URL(url, github.url).searchParams.get('page'));
      github.answers[`GET ${repository}/commits/${sha}/check-runs`] = ({ url }) => ({
        body: {
          check_runs:
            page(url) === 1
              ? Array.from({ length: 100 }, (_, index) => run(`t${index}`, 'success'))
              : [run('last', 'failure')],
        },
      });
      expect(await ask('checks')).to.include({ answer: 'no', because: 'failed: last' });
    });
  });

  it('coverage is what a check tells, or unknown', async () => {
    checks([run('codecov/project', 'success', { output: { title: '85.2% (+0.1%) compared to abc', summary: null } })]);
    expect(await ask('coverage', { atLeast: 80 })).to.include({ answer: 'yes' });
    expect((await ask('coverage', { atLeast: 90 })).because).to.equal(
      '85.2 % is covered, says codecov/project, expected at least 90 %',
    );
    checks([run('test', 'success')]);
    expect((await ask('coverage', { atLeast: 80 })).answer).to.equal('unknown');
  });

  describe('the pull request', () => {
    const pull = (more: Record<string, unknown> = {}) => {
      const body = {
        number: 7,
        user: { login: 'ada' },
        head: { sha },
        merge_commit_sha: null,
        merged_at: null,
        ...more,
      };
      github.answers[`GET ${repository}/commits/${sha}/pulls`] = { body: [body] };
      github.answers[`GET ${repository}/pulls/7/commits`] = { body: [{ author: { login: 'linus' }, committer: null }] };
    };
    const reviews = (...all: [string, string, string?][]) => {
      const body = all.map(([login, state, commit = sha]) => ({ user: { login }, state, commit_id: commit }));
      github.answers[`GET ${repository}/pulls/7/reviews`] = { body };
    };

    it('approvals: by others than those who wrote it, of what was merged, each one’s last word', async () => {
      pull();
      reviews(['grace', 'APPROVED'], ['alan', 'CHANGES_REQUESTED'], ['alan', 'APPROVED'], ['alan', 'COMMENTED']);
      expect(await ask('approvals', { atLeast: 2 })).to.include({ answer: 'yes' });
      reviews(['grace', 'APPROVED'], ['ada', 'APPROVED'], ['linus', 'APPROVED']);
      expect((await ask('approvals', { atLeast: 2 })).because).to.contain('#7: 1 approvals by others than the authors');
      reviews(['grace', 'APPROVED'], ['alan', 'APPROVED', 'b'.repeat(40)]);
      expect((await ask('approvals', { atLeast: 2 })).because).to.contain('1 of an earlier state');
      reviews(['grace', 'APPROVED'], ['alan', 'CHANGES_REQUESTED']);
      expect((await ask('approvals')).because).to.equal('#7: alan asked for changes');
    });

    it('approvals: none where no pull request has brought the commit', async () => {
      pull({ head: { sha: 'c'.repeat(40) } });
      expect((await ask('approvals')).because).to.contain('no pull request has brought');
    });

    it('comments: all resolved, or not', async () => {
      pull();
      const threads = (nodes: boolean[]) => {
        const reviewThreads = {
          nodes: nodes.map((isResolved) => ({ isResolved })),
          pageInfo: { hasNextPage: false, endCursor: null },
        };
        github.answers['POST /graphql'] = { body: { data: { repository: { pullRequest: { reviewThreads } } } } };
      };
      threads([true, true]);
      expect((await ask('comments-resolved')).answer).to.equal('yes');
      expect(JSON.parse(github.asked.at(-1)?.body ?? '')).to.deep.include({
        variables: { owner: 'acme', name: 'shop', number: 7, after: null },
      });
      threads([true, false]);
      expect((await ask('comments-resolved')).because).to.equal('#7: 1 remarks are open');
      github.answers['POST /graphql'] = { body: { errors: [{ message: 'no' }] } };
      expect(await rejection(ask('comments-resolved'))).to.be.instanceOf(PlatformError);
    });

    it('mergeable: yes, no, or not found out yet', async () => {
      pull();
      const says = async (mergeable: boolean | null) => {
        github.answers[`GET ${repository}/pulls/7`] = { body: { mergeable } };
        return (await ask('mergeable')).answer;
      };
      expect([await says(true), await says(false), await says(null)]).to.deep.equal(['yes', 'no', 'unknown']);
      pull({ merged_at: '2026-01-01T00:00:00Z' });
      expect((await ask('mergeable')).because).to.equal('#7 is merged');
    });
  });

  it('is unknown without a whole commit, and where GitHub does not answer', async () => {
    github.answers = {};
    expect(String(await rejection(ask('checks')))).to.contain('answered 404');
    question.release = someRelease('2.0.0', { commit: { sha: `${sha}-dirty`, author: 'a' } });
    expect((await ask('checks')).answer).to.equal('unknown');
  });
});
