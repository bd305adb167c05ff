import { expect } from 'chai';
import type { ChecklistItem } from '../../contract/checklist.js';
import { PlatformError } from '../../contract/errors.js';
import { planHash } from '../../contract/plan.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { someChecklist, someItem } from '../support/fake-questions.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { someRelease, someSettings } from '../support/product.js';

const command = { kind: 'command', script: 'true', shell: 'sh', exit: 0, timeout: 300_000 };
const http = (url: string) => ({ kind: 'http', method: 'GET', url, headers: {}, status: [200] });
const next = someRelease('2.0.0');

describe('a run with a checklist', () => {
  async function withItems(...items: readonly ChecklistItem[]): Promise<FakeRun> {
    const fake = await withLive(someRelease('1.0.0'));
    fake.checklist = someChecklist(...items);
    return fake;
  }
  const said = ({ events }: FakeRun, item: string) =>
    events.flatMap(({ body }) => ('step' in body && body.step === `item-${item}` ? [body] : []));

  it('asks what is due before it with the other gates, and refuses by a no before anything is changed', async () => {
    const fake = await withItems(someItem('tests', command), someItem('freeze', { kind: 'window' }));
    fake.questions.answers['tests'] = 'no';
    const ended = await fake.deploy(next);
    expect(ended).to.include({ outcome: 'refused', because: 'item-tests: no: command says so' });
    expect(fake.questions.asked).to.deep.equal(['tests', 'freeze']);
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('goes through when everything says yes, and has it in the journal', async () => {
    const fake = await withItems(someItem('tests', command), someItem('page', http('/')));
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    expect(said(fake, 'tests')).to.deep.equal([
      { kind: 'asked', step: 'item-tests', answer: 'yes', because: 'command says so', evidence: {} },
    ]);
    expect(said(fake, 'page').map(({ kind }) => kind)).to.deep.equal(['began', 'passed']);
  });

  it('is refused where an answer is unknown, also because nobody can ask', async () => {
    const fake = await withItems(someItem('tests', command));
    fake.questions.answers['tests'] = new PlatformError('the network is gone');
    expect((await fake.deploy(next)).because).to.equal('item-tests: unknown: the network is gone');
    const plan = await fake.plan(next);
    const ended = await fake.start(plan, { questions: undefined as never });
    expect(ended.because).to.equal('item-tests: unknown: nobody here can ask it');
  });

  it('asks what speaks of the new slot after smoke, before any user gets there, and goes back by a no', async () => {
    const fake = await withItems(someItem('page', http('/'), { moment: 'always' }));
    fake.questions.answers['page'] = 'no';
    const plan = await fake.plan(next);
    const order = plan.steps.map(({ id }) => id);
    expect(order.indexOf('item-page')).to.equal(order.indexOf('smoke') + 1);
    const ended = await fake.deploy(next);
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.world.effects.join()).not.to.contain('shift');
    expect(fake.quarantined).not.to.deep.equal([]);
    expect(said(fake, 'page').map(({ kind }) => kind)).to.deep.equal(['began', 'judged', 'failed']);
  });

  it('goes back by an unknown about the new slot too, and blames nobody for it', async () => {
    const fake = await withItems(someItem('page', http('/')));
    fake.questions.answers['page'] = 'unknown';
    expect((await fake.deploy(next)).outcome).to.equal('rolled-back');
    expect(fake.quarantined).to.deep.equal([]);
  });

  it('records a no about what is optional, and goes on', async () => {
    const optional = { optional: true };
    const fake = await withItems(someItem('tests', command, optional), someItem('page', http('/'), optional));
    Object.assign(fake.questions.answers, { tests: 'no', page: 'no' });
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    expect(said(fake, 'tests')[0]).to.include({ kind: 'asked', answer: 'no' });
    expect(said(fake, 'page').map(({ kind }) => kind)).to.deep.equal(['began', 'judged', 'passed']);
  });

  it('lets an item be waived by its id, on record, gate and look alike; never all of them by one name', async () => {
    const fake = await withItems(someItem('tests', command), someItem('page', http('/')));
    Object.assign(fake.questions.answers, { tests: 'no', page: 'no' });
    const waive = (...gates: string[]) => gates.map((gate) => ({ gate, because: 'known', by: 'grace' }));
    expect((await fake.deploy(next, { waivers: waive('check-item') })).outcome).to.equal('refused');
    expect((await fake.deploy(next, { waivers: waive('tests', 'item-page') })).outcome).to.equal('completed');
    expect(said(fake, 'tests').at(-1)).to.deep.equal({
      kind: 'waived',
      step: 'item-tests',
      because: 'known',
      by: 'grace',
    });
    expect(said(fake, 'page').map(({ kind }) => kind)).to.deep.equal(['began', 'judged', 'waived', 'passed']);
  });

  it('asks an item after those that it needs, and not at all once one of them said no', async () => {
    const first = someItem('build', command);
    const fake = await withItems(first, someItem('tests', command, { parents: ['build'] }));
    fake.questions.answers['build'] = 'no';
    const ended = await fake.deploy(next);
    expect(fake.questions.asked).to.deep.equal(['build']);
    expect(ended.because).to.contain('item-tests: unknown: not asked: it comes after item-build, which answered no');
    expect((await fake.deploy(next, { waivers: [{ gate: 'build', because: 'known', by: 'grace' }] })).outcome).to.equal(
      'completed',
    );
    expect(fake.questions.asked).to.deep.equal(['build', 'build', 'tests']);
  });

  it('asks what comes after an act of the run after it', async () => {
    const backup = someItem('backup', { kind: 'step', step: 'back-up' });
    const fake = await withItems(backup, someItem('listed', command, { parents: ['backup'] }));
    const plan = await fake.plan(next);
    expect(plan.steps.find(({ id }) => id === 'item-listed')).to.include({ gate: false });
    expect(plan.steps.some(({ id }) => id === 'item-backup')).to.equal(false);
  });

  it('leaves to others what is due later, or when it goes back; and to staging what is tried there', async () => {
    const fake = await withItems(
      someItem('later', command, { due: 3_600_000 }),
      someItem('after', command, { moment: 'after' }),
      someItem('back', command, { moment: 'rollback' }),
      someItem('tried', command, { moment: 'staging' }),
    );
    const items = (steps: readonly { readonly arguments: Readonly<Record<string, unknown>> }[]) =>
      steps.flatMap(({ arguments: said }) => said['item'] ?? []);
    expect(items((await fake.plan(next)).steps)).to.deep.equal([]);
    const there = planDeploy({ ...(await fake.facts()), ...fake.asks(next), staging: true });
    expect(items(there.steps)).to.deep.equal(['tried']);
  });

  it('kills no answer that takes as long as the item says, and ends one that takes longer', async () => {
    const fake = await withItems(someItem('tests', command));
    const takes = (duration: number) => async (signal: AbortSignal) => {
      await fake.clock.sleep(duration, signal);
      return { answer: 'yes' as const, because: 'at last', evidence: {} };
    };
    fake.questions.answers['tests'] = takes(299_000);
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    fake.questions.answers['tests'] = takes(311_000);
    expect((await fake.deploy(someRelease('3.0.0'))).because).to.contain('no answer within 310 s');
  });

  it('parks without a change when it is interrupted while it asks, and asks again when resumed', async () => {
    const fake = await withItems(someItem('tests', command));
    fake.questions.answers['tests'] = (signal) => {
      fake.interrupt.abort();
      return Promise.reject(signal.aborted ? new Error('stopped') : new Error('not stopped'));
    };
    expect((await fake.deploy(next)).outcome).to.equal('interrupted');
    expect(fake.world.effects).to.deep.equal([]);
    fake.questions.answers['tests'] = 'yes';
    expect((await fake.resume({ interrupt: new AbortController().signal })).outcome).to.equal('completed');
  });

  it('has its document, by digest, in what people approve', async () => {
    const fake = await withItems(someItem('tests', command));
    const facts = { ...(await fake.facts()), release: next, settings: someSettings() };
    const checklist = someChecklist(someItem('tests', command));
    const other = { ...checklist, digest: `sha256:${'0'.repeat(64)}` };
    const hashes = [undefined, checklist, other].map((each) =>
      planHash(planDeploy({ ...facts, ...(each ? { checklist: each } : {}) })),
    );
    expect(new Set(hashes).size).to.equal(3);
  });
});
