import { expect } from 'chai';
import type { ChecklistItem } from '../../../contract/checklist.js';
import { seconds } from '../../../contract/duration.js';
import type { DeployFacts } from '../../../pipeline/deploy/deploy-facts.js';
import { planDeploy } from '../../../pipeline/plan-deploy.js';
import { askingsOf } from '../../../pipeline/people/askings-of.js';
import { impossibleAskings } from '../../../pipeline/people/impossible.js';
import { SomeApprovers } from '../../support/approvers.js';
import { someChecklist, someItem } from '../../support/fake-questions.js';
import { FakeRun, withLive } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

const approval = { kind: 'approval', role: 'lead', count: 2 };
const signOff = { kind: 'sign-off', role: 'lead' };

describe('what a checklist asks of people', () => {
  const planOf = async (items: readonly ChecklistItem[], changes: Partial<DeployFacts> = {}, fake?: FakeRun) => {
    const world = fake ?? (await withLive(someRelease('1.0.0')));
    const checklist = { ...someChecklist(...items), roles: { lead: ['grace'] } };
    const holders = (role: string) => (role === 'lead' ? ['grace', 'linus'] : []);
    return planDeploy({
      ...(await world.facts()),
      ...world.asks(someRelease('2.0.0')),
      checklist,
      holders,
      ...changes,
    });
  };

  it('is a gate before the first change, asked of everybody who holds the role', async () => {
    const plan = await planOf([someItem('leads', { ...approval, expires: 3_600_000, otherwise: 'refuse' })]);
    expect(plan.steps.find(({ id }) => id === 'item-leads')).to.deep.include({ use: 'approved', gate: true });
    expect(askingsOf(plan)).to.deep.equal([
      {
        item: 'leads',
        title: 'item leads',
        asks: 'approval',
        role: 'lead',
        count: 2,
        holders: ['grace', 'linus'],
        expiresMilliseconds: 3_600_000,
        otherwise: 'refuse',
      },
    ]);
  });

  it('is asked at the largest share that is not all, where it is about what can be seen there', async () => {
    const build = someItem('build', { kind: 'step', step: 'smoke' });
    for (const item of [
      someItem('looks', signOff, { moment: 'during' }),
      someItem('looks', signOff, { parents: ['build'] }),
    ]) {
      const plan = await planOf([build, item]);
      const judges = plan.steps.filter((step) => 'people' in step.arguments);
      expect(judges.map(({ id }) => id)).to.deep.equal(['judge-50']);
      expect(plan.steps.some(({ id }) => id === 'item-looks')).to.equal(false);
    }
  });

  it('parks a first release before it gets its users, and goes on once they have signed', async () => {
    const fake = new FakeRun();
    const people = new SomeApprovers(['grace', 'linus']);
    const plan = await planOf([someItem('looks', signOff, { moment: 'during' })], {}, fake);
    expect((await fake.start(plan, { people })).outcome).to.equal('held');
    expect(fake.world.weights).to.deep.equal({});
    people.decides('linus', plan, 'looks', { kind: 'signed' });
    expect(await fake.resume({ people })).to.include({ outcome: 'completed', live: 'blue' });
  });

  it('is waited for before a first release too, as long as the run is told to', async () => {
    const plan = async (fake: FakeRun) => planOf([someItem('looks', signOff, { moment: 'during' })], {}, fake);
    const people = new SomeApprovers(['grace', 'linus']);
    const fake = new FakeRun();
    const waited = await plan(fake);
    fake.journalFault = (body) => {
      const asks = body.kind === 'noted' && body.step === 'await-people' && people.said.length === 0;
      if (asks) void fake.clock.sleep(600_000).then(() => people.decides('linus', waited, 'looks', { kind: 'signed' }));
    };
    expect(await fake.start(waited, { people, waitForPeople: 3_600_000 })).to.include({ outcome: 'completed' });
    const noted = fake.events.filter(({ body }) => body.kind === 'noted' && body.step === 'await-people');
    expect(noted).to.have.length(2);
    const nobody = new FakeRun();
    const ended = await nobody.start(await plan(nobody), { people: new SomeApprovers([]), waitForPeople: 60_000 });
    expect(ended.outcome).to.equal('held');
    expect(nobody.world.weights).to.deep.equal({});
  });

  describe('while traffic is split', () => {
    const looks = someItem('looks', signOff, { moment: 'during' });
    const check = { kind: 'command', script: 'true', shell: 'sh', exit: 0, timeout: 1_000 };
    const orders = someItem('orders', check, { parents: ['looks'] });

    it('comes before every check that needs it, and a no of that one goes back', async () => {
      const fake = await withLive(someRelease('1.0.0'));
      const plan = await planOf([looks, orders], {}, fake);
      const ids = plan.steps.map(({ id }) => id);
      expect(ids.indexOf('item-orders')).to.equal(ids.indexOf('judge-50') + 1);
      const people = new SomeApprovers(['grace', 'linus']);
      people.decides('linus', plan, 'looks', { kind: 'signed' });
      fake.questions.answers['orders'] = { answer: 'no', because: 'orders are lost', evidence: {} };
      expect(await fake.start(plan, { people })).to.include({ outcome: 'rolled-back', live: 'blue' });
      const order = fake.events.flatMap(({ body }) => ('step' in body && body.kind === 'passed' ? [body.step] : []));
      expect(order.at(-1)).to.equal('judge-50');
    });

    it('comes before checks of a first release, and of one that has no smaller share', async () => {
      const first = (await planOf([looks, orders], {}, new FakeRun())).steps.map(({ id }) => id);
      expect(first.indexOf('item-orders')).to.equal(first.indexOf('await-people') + 1);
      const fake = await withLive(someRelease('1.0.0'));
      fake.rules = { ...fake.rules, weights: [100] };
      const whole = (await planOf([looks, orders], {}, fake)).steps.map(({ id }) => id);
      expect(whole.indexOf('item-orders')).to.equal(whole.indexOf('bake') + 1);
    });

    it('is asked in the order in which decisions need each other', async () => {
      const fake = await withLive(someRelease('1.0.0'));
      fake.rules = { ...fake.rules, decideWithin: seconds(60) };
      const last = someItem('last', signOff, { moment: 'during', parents: ['looks'] });
      const plan = await planOf([looks, last], {}, fake);
      const people = new SomeApprovers(['grace', 'linus']);
      people.decides('linus', plan, 'last', { kind: 'signed' });
      const ended = await fake.start(plan, { people });
      expect(ended.because).to.contain('last is asked after looks').and.to.contain('waits for a sign-off by lead');
    });

    it('is refused with file and line where it comes after a check that comes after a decision', async () => {
      const last = someItem('last', signOff, { parents: ['orders'] });
      const problem = await planOf([looks, orders, last]).then(
        () => 'planned',
        (error: unknown) => String(error),
      );
      expect(problem).to.contain('RELEASE.md:1: last comes after orders, which comes after a decision itself');
    });
  });

  it('holds with all the traffic where there is no smaller share', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.rules = { ...fake.rules, weights: [100], decideWithin: seconds(120) };
    const plan = await planOf([someItem('looks', signOff, { moment: 'during' })], {}, fake);
    const ended = await fake.start(plan, { people: new SomeApprovers(['grace', 'linus']) });
    expect(ended).to.include({ outcome: 'held', live: 'green' });
  });

  it('is nothing of a run when it is due later', async () => {
    const plan = await planOf([
      someItem('later', signOff, { due: 1_000 }),
      someItem('after', signOff, { moment: 'after' }),
    ]);
    expect(askingsOf(plan)).to.deep.equal([]);
  });

  describe('that nobody could ever answer', () => {
    const listed = (...names: string[]) => ({ approvers: new SomeApprovers(names).approvers, accountsCount: false });
    const says = async (item: ChecklistItem, names: readonly string[], changes: Partial<DeployFacts> = {}) =>
      impossibleAskings(await planOf([item], changes), listed(...names));
    const leads = someItem('leads', approval);

    it('is said with file and line: a role that nobody holds', async () => {
      const found = await says(someItem('ops', { ...signOff, role: 'operator' }), ['grace']);
      expect(found).to.deep.equal(['RELEASE.md:1: ops: nobody holds the role operator']);
    });

    it('is said with file and line: an approver who left', async () => {
      expect(await says(leads, ['grace'])).to.deep.equal([
        'RELEASE.md:1: leads: linus held the role lead and is no approver of local',
      ]);
    });

    it('is said with file and line: more than there are beside whoever asks', async () => {
      expect(await says(leads, ['grace', 'linus'], { requestedBy: 'linus@laptop' })).to.deep.equal([
        'RELEASE.md:1: leads: 2 approvals by lead are asked for, and only 1 could give one: linus asked for this run, and nobody approves what is their own',
      ]);
    });

    it('is no matter where the item is optional', async () => {
      expect(await says({ ...leads, optional: true }, [])).to.deep.equal([]);
    });

    it('is possible otherwise', async () => {
      expect(await says(leads, ['grace', 'linus'])).to.deep.equal([]);
    });
  });
});
