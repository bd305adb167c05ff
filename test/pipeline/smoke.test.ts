import { expect } from 'chai';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import type { Behaviour } from '../support/fake-platform.js';
import { FakeRun, withLive } from '../support/fake-run.js';
import { someRelease } from '../support/product.js';

const old = 'session=v1';
const next = 'session=v2';

describe('smoke checks', () => {
  async function deployed(live: Behaviour, released: Behaviour): Promise<FakeRun> {
    const fake = await withLive(someRelease('1.0.0'));
    Object.assign(fake.world.behaviours, { '1.0.0': live, '2.0.0': released });
    await fake.deploy(someRelease('2.0.0'));
    return fake;
  }
  const ended = ({ events }: FakeRun) => {
    const body = events.at(-1)?.body;
    return body?.kind === 'ended' ? body : undefined;
  };
  const passed = ({ events }: FakeRun) => {
    const body = events.map((event) => event.body).find((each) => each.kind === 'passed' && each.step === 'smoke');
    return body?.kind === 'passed' ? body : undefined;
  };

  it('try a visitor of both releases, both ways, where each request is led by itself', async () => {
    const reads = [old, next];
    const fake = await deployed({ cookie: { sets: old, reads } }, { cookie: { sets: next, reads } });
    expect(passed(fake)?.because).to.equal('3 checks; 6 more as a visitor of both releases, with cookies session');
    expect(passed(fake)?.evidence['mixed']).to.deep.equal({ checks: 6, cookies: ['session'], leftOut: 0 });
    expect(ended(fake)).to.include({ outcome: 'completed' });
  });

  it('turn a release away that cannot read what the live one has given its visitors', async () => {
    const fake = await deployed(
      { cookie: { sets: old, reads: [old, next] } },
      { cookie: { sets: next, reads: [next] } },
    );
    expect(ended(fake)).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended(fake)?.because).to.contain('a visitor who comes to api of green with cookies of blue (session)');
    expect(fake.world.effects.some((effect) => effect.startsWith('shift'))).to.equal(false);
  });

  it('turn a release away whose visitors would break on the live one', async () => {
    const fake = await deployed(
      { cookie: { sets: old, reads: [old] } },
      { cookie: { sets: next, reads: [old, next] } },
    );
    expect(ended(fake)?.because).to.contain('a visitor who comes to api of blue with cookies of green (session)');
  });

  it('say that nothing was tried where no check sets a cookie', async () => {
    expect(passed(await deployed({}, {}))?.because).to.contain('nothing to try, since no check sets a cookie');
  });

  it('leave out what the live release never passed, and blame nobody for it', async () => {
    const cookie = { sets: next, reads: [next] };
    const fake = await deployed({ smokeStatus: 404, cookie: { sets: next, reads: [next] } }, { cookie });
    expect(passed(fake)?.evidence['mixed']).to.deep.include({ leftOut: 1 });
    expect(passed(fake)?.because).to.contain("1 left out, which the live release doesn't pass");
  });

  it('are the plain ones with cohorts, for a first release, and in plans of earlier versions', async () => {
    const first = await new FakeRun().plan(someRelease('1.0.0'));
    expect(first.steps.find(({ id }) => id === 'smoke')?.arguments).to.deep.equal({});
    const fake = await withLive(someRelease('1.0.0'));
    const plan = await fake.plan(someRelease('2.0.0'));
    const earlier = plan.steps.map((step) => (step.id === 'smoke' ? { ...step, arguments: {} } : step));
    await fake.start({ ...plan, steps: earlier });
    expect(passed(fake)?.because).to.equal('3 checks');
    const cohort = planDeploy({ ...(await fake.facts()), ...fake.asks(someRelease('3.0.0')), affinity: 'cohort' });
    expect(cohort.steps.find(({ id }) => id === 'smoke')?.arguments).to.deep.equal({});
  });
});
