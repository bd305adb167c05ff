import { expect } from 'chai';
import { GitHubPeople } from '../../../gates/people/github-people.js';
import { planHash, type Plan } from '../../../contract/plan.js';
import { askingsOf } from '../../../pipeline/people/askings-of.js';
import { decide } from '../../../pipeline/people/decide.js';
import { asksFirst, someAsking } from '../../support/approvers.js';
import { withLive } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';
import { StandIn } from '../../support/stand-in.js';

const sha = 'a'.repeat(40);
const repository = '/repos/acme/shop';
const approvers = {
  grace: { github: 'Grace-H', alsoKnownAs: [], roles: [] },
  linus: { github: 'lt', alsoKnownAs: [], roles: [] },
};

describe('what approvers have written at GitHub', () => {
  const github = new StandIn();
  let plan: Plan;
  let elapsed = 0;

  before(async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const made = await fake.plan(someRelease('2.0.0', { commit: { sha, author: 'somebody' } }));
    plan = asksFirst(made, someAsking({ count: 1, holders: ['grace', 'linus'] }));
  });

  beforeEach(() => {
    comments([]);
    review([]);
  });

  const comments = (all: unknown[]): void => {
    github.answers[`GET ${repository}/commits/${sha}/comments`] = { body: all };
  };
  const review = (all: unknown[], head = sha): void => {
    const run = {
      head_sha: head,
      html_url: 'https://github.com/acme/shop/actions/runs/77',
      run_started_at: plan.createdAt,
    };
    github.answers[`GET ${repository}/actions/runs/77`] = { body: run };
    github.answers[`GET ${repository}/actions/runs/77/approvals`] = { body: all };
  };
  const comment = (login: string, body: string, more: Record<string, unknown> = {}) => ({
    user: { login, type: 'User' },
    body,
    created_at: plan.createdAt,
    updated_at: plan.createdAt,
    html_url: 'https://github.com/acme/shop/commit/a#commitcomment-1',
    ...more,
  });
  const reviewed = (login: string, words: string, more: Record<string, unknown> = {}) => ({
    state: 'approved',
    comment: words,
    environments: [{ name: plan.environment }],
    user: { login, type: 'User' },
    ...more,
  });
  const people = () =>
    new GitHubPeople(
      approvers,
      askingsOf,
      {
        folder: '/',
        variables: {
          GITHUB_API_URL: github.url,
          GITHUB_REPOSITORY: 'acme/shop',
          GITHUB_TOKEN: 't',
          GITHUB_RUN_ID: '77',
        },
      },
      { monotonic: () => elapsed },
    );
  const verdict = async (from = people()) =>
    decide(askingsOf(plan)[0]!, await from.decisions(plan, AbortSignal.timeout(5_000)), {
      plan,
      approvers,
      now: new Date(plan.createdAt),
    });

  it('count: a comment on the released commit, with GitHub’s word for who wrote it', async () => {
    comments([comment('grace-h', `Fine by me.\n\ncrossfade approve ${plan.run} read the migration`)]);
    const { answer, because, evidence } = await verdict();
    expect({ answer, because }).to.deep.equal({ answer: 'yes', because: 'approved by grace' });
    expect(evidence).to.have.nested.property('by[0].said', 'read the migration');
    expect(evidence).to.have.nested.property('by[0].proof.login', 'grace-h');
  });

  it('count: a review of the deployment of this workflow that names the run, and the plan', async () => {
    review([reviewed('lt', `looked at ${plan.run}, ${planHash(plan)}`)]);
    expect((await verdict()).because).to.equal('approved by linus');
    review([reviewed('lt', `not ${plan.run} : the queue is down`, { state: 'rejected' })]);
    expect((await verdict()).because).to.contain('rejected by linus');
  });

  const nothing: readonly [string, () => void][] = [
    ['about another run', () => comments([comment('lt', 'crossfade approve another-run')])],
    ['that names no run', () => review([reviewed('lt', 'ok')])],
    ['of another environment', () => review([reviewed('lt', plan.run, { environments: [{ name: 'staging' }] })])],
    ['of a workflow at another commit', () => review([reviewed('lt', plan.run)], 'b'.repeat(40))],
  ];
  for (const [what, write] of nothing) {
    it(`fault 68: are no words about this plan: one ${what}`, async () => {
      write();
      const { answer, evidence } = await verdict();
      expect(answer).to.equal('unknown');
      expect(evidence).to.deep.include({ by: [] }).and.not.have.property('refused');
    });
  }

  const refused: readonly [string, () => unknown, RegExp][] = [
    [
      'edited since',
      () => comment('lt', `crossfade approve ${plan.run}`, { updated_at: '2026-06-01T00:00:00Z' }),
      /was edited since/,
    ],
    [
      'of a bot',
      () => comment('lt', `crossfade approve ${plan.run}`, { user: { login: 'lt', type: 'Bot' } }),
      /lt is no person/,
    ],
    [
      'of a stranger',
      () => comment('mallory', `crossfade approve ${plan.run}`),
      /no approver of this environment is mallory at GitHub/,
    ],
    [
      'about another plan',
      () => comment('lt', `crossfade approve ${plan.run} sha256:${'0'.repeat(12)}`),
      /names another plan/,
    ],
  ];
  for (const [what, write, says] of refused) {
    it(`fault 68: count for nothing, and say why: one ${what}`, async () => {
      comments([write()]);
      const { answer, because } = await verdict();
      expect(answer).to.equal('unknown');
      expect(because).to.match(says);
    });
  }

  it('are asked for seldom, however often somebody looks', async () => {
    const once = people();
    await verdict(once);
    const before = github.asked.length;
    await verdict(once);
    expect(github.asked.length).to.equal(before);
    elapsed += 20_000;
    await verdict(once);
    expect(github.asked.length).to.be.greaterThan(before);
  });

  it('are waited for while GitHub does not answer, which it says', async () => {
    github.answers[`GET ${repository}/commits/${sha}/comments`] = { status: 503, body: {} };
    const { answer, because } = await verdict();
    expect(answer).to.equal('unknown');
    expect(because).to.match(/GitHub: .*answered 503/);
  });
});
