import { expect } from 'chai';
import { PlatformError } from '../../contract/errors.js';
import { rampsIn } from '../../pipeline/flag-steps.js';
import { someChecklist, someItem } from '../support/fake-questions.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { someRelease } from '../support/product.js';

const ramp = { kind: 'flag', flag: 'checkout', percents: [10, 50, 100], hold: 60_000 };
const next = someRelease('2.0.0');

describe('a flag ramp', () => {
  let fake: FakeRun;
  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    fake.checklist = someChecklist(someItem('ramp', ramp, { moment: 'during' }));
  });

  it('follows the traffic: each share is judged for its time before the next, the last by the bake', async () => {
    const began = fake.clock.monotonic();
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    expect(fake.flags).to.deep.equal({ checkout: 100 });
    const order = fake.words().filter((word) => word.startsWith('passed'));
    const from = order.indexOf('passed flag-checkout-10');
    expect(order.slice(from, from + 6)).to.deep.equal([
      'passed flag-checkout-10',
      'passed judge-flag-checkout-10',
      'passed flag-checkout-50',
      'passed judge-flag-checkout-50',
      'passed flag-checkout-100',
      'passed bake',
    ]);
    expect(order.indexOf('passed shift-100')).to.be.below(from);
    expect(fake.clock.monotonic() - began).to.be.greaterThan(120_000);
  });

  it('goes back with a release that turns bad under it, after the users’ traffic', async () => {
    fake.fault = () => {
      if (fake.flags['checkout'] === 50) fake.world.behaviours['2.0.0'] = { errorPercent: 30 };
    };
    const ended = await fake.deploy(next);
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.flags).to.deep.equal({ checkout: 0 });
    const undone = fake.words().filter((word) => word.startsWith('undone'));
    expect(undone[0]).to.match(/^undone shift-/);
    expect(undone).to.include('undone flag-checkout-50');
  });

  it('begins where the flag is, and puts it back there', async () => {
    fake.flags['checkout'] = 50;
    const plan = await fake.plan(next);
    expect(plan.steps.filter(({ use }) => use === 'shift-flag').map(({ arguments: said }) => said)).to.deep.equal([
      { flag: 'checkout', percent: 100, expected: 50, back: 50 },
    ]);
    expect(rampsIn(plan)).to.deep.equal([{ flag: 'checkout', back: 50 }]);
  });

  it('fault 10: holds when somebody else moves the flag meanwhile, and overwrites nothing', async () => {
    fake.fault = () => {
      if (fake.flags['checkout'] === 10) fake.flags['checkout'] = 77;
    };
    const ended = await fake.deploy(next);
    expect(ended.outcome).to.equal('held');
    expect(ended.because).to.contain('checkout is on for 77 %, this step expected 10 %');
    expect(fake.flags).to.deep.equal({ checkout: 77 });
  });

  it('is gone on with where an earlier process had moved it and not said so', async () => {
    const plan = await fake.plan(next);
    fake.flags['checkout'] = 10;
    expect((await fake.start(plan)).outcome).to.equal('completed');
    expect(fake.flags).to.deep.equal({ checkout: 100 });
  });

  it('says that the flag is not back when its service is gone: users’ traffic is', async () => {
    fake.fault = () => {
      if (fake.flags['checkout'] !== 50) return;
      fake.world.behaviours['2.0.0'] = { errorPercent: 30 };
      fake.flagsFault = new PlatformError('the flag service can not be reached');
    };
    const ended = await fake.deploy(next);
    expect(ended).to.include({ live: 'blue' });
    expect(ended.because).to.contain('not put back: turn checkout on for');
  });
});
