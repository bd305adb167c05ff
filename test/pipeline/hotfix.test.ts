import { expect } from 'chai';
import { milliseconds, seconds } from '../../contract/duration.js';
import { digestOf } from '../../contract/json.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { askingsOf } from '../../pipeline/people/askings-of.js';
import { SomeApprovers } from '../support/approvers.js';
import { someChecklist, someItem } from '../support/fake-questions.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { someRelease } from '../support/product.js';

const command = { kind: 'command', script: 'true', shell: 'sh', exit: 0, timeout: 300_000 };
const hotfix = {
  approvedBy: 'senior',
  staging: 'staging',
  bake: seconds(10),
  makeUpWithin: milliseconds(86_400_000),
  because: 'orders are lost',
  staged: { environment: 'staging', run: 'staging-1', at: '2026-01-01T00:00:00Z', head: digestOf('a journal') },
};

describe('a hotfix', () => {
  let fake: FakeRun;

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
  });

  const planOf = async (changes: Partial<typeof hotfix> = {}) => {
    const checklist = someChecklist(
      someItem('tests', command, { parents: ['freeze'] }),
      someItem('freeze', { kind: 'window' }),
      someItem('leads', { kind: 'approval', role: 'lead', count: 2 }),
      someItem('looks', { kind: 'sign-off', role: 'lead' }, { moment: 'during' }),
      someItem('later', { kind: 'sign-off', role: 'lead' }, { due: 1_000 }),
    );
    const holders = (role: string) => (role === 'senior' ? ['grace'] : []);
    const facts = { ...(await fake.facts()), ...fake.asks(someRelease('2.0.0')), checklist, holders };
    return planDeploy({ ...facts, hotfix: { ...hotfix, ...changes } });
  };

  it('asks one senior instead of everybody, and every test of a machine as ever', async () => {
    const plan = await planOf();
    expect(askingsOf(plan).map(({ item, count, role, holders }) => ({ item, count, role, holders }))).to.deep.equal([
      { item: 'hotfix', count: 1, role: 'senior', holders: ['grace'] },
    ]);
    const gates = plan.steps.filter(({ id }) => id.startsWith('item-'));
    expect(gates.map(({ id, parents }) => [id, parents])).to.deep.equal([
      ['item-hotfix', []],
      ['item-tests', []],
    ]);
  });

  it('makes duties of what it skips, in its plan, which is what is approved', async () => {
    const plan = await planOf();
    expect(plan.hotfix).to.deep.include({ skipped: ['freeze', 'leads', 'looks'], because: 'orders are lost' });
    const due = plan.checklist?.items.map(({ id, due, moment }) => [id, due, moment]);
    expect(due).to.deep.equal([
      ['tests', undefined, 'before'],
      ['freeze', 86_400_000, 'after'],
      ['leads', 86_400_000, 'after'],
      ['looks', 86_400_000, 'after'],
      ['later', 1_000, 'before'],
    ]);
  });

  it('watches a shorter time at 100 %, never a longer one, and judges by the same limits', async () => {
    const usual = fake.rules;
    expect((await planOf()).rules).to.deep.include({ bake: 10_000, hold: usual.hold, limits: usual.limits });
    expect((await planOf({ bake: milliseconds(usual.bake * 2) })).rules.bake).to.equal(usual.bake);
  });

  it('waits for its one approval, then goes through', async () => {
    const people = new SomeApprovers(['grace']);
    const plan = await planOf();
    expect((await fake.start(plan, { people })).outcome).to.equal('held');
    people.decides('grace', plan, 'hotfix');
    expect(await fake.resume({ people })).to.include({ outcome: 'completed', live: 'green' });
  });
});
