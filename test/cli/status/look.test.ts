import { expect } from 'chai';
import { look } from '../../../cli/status/look.js';
import { statusOf } from '../../../cli/status/status-of.js';
import { PlatformError, StoreError } from '../../../contract/errors.js';
import { saveOutputs } from '../../../journal/outputs.js';
import { newRunId } from '../../../journal/run-id.js';
import { FakeRun } from '../../support/fake-run.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryStore } from '../../support/memory-store.js';
import { localOutputs, someRelease, someServices } from '../../support/product.js';
import { rejection } from '../../support/rejection.js';
import { openJournal } from '../../support/stored-journal.js';

describe('look of status', () => {
  let store: MemoryStore;

  beforeEach(async () => {
    store = new MemoryStore();
    await saveOutputs(store, localOutputs(someServices()));
  });

  const looking = (open: Parameters<typeof look>[0]['open']) =>
    look({ environment: 'local', store, clock: new ManualClock(), open, within: 50 });
  const { platform } = new FakeRun();

  it('asks the platform and the store', async () => {
    const facts = await looking(() => Promise.resolve(platform));
    expect(facts.reading).to.have.property('value');
    expect(facts.slots).to.have.property('value');
    expect(facts).to.deep.include({ known: true, history: [], lease: undefined });
  });

  it('fault 1: gives up on a platform that never answers, in its time, and says so', async () => {
    const never = new Promise<never>(() => undefined);
    const { traffic, slots } = platform;
    const facts = await looking(() =>
      Promise.resolve({
        traffic: { ...traffic, read: () => never },
        slots: { ...slots, state: () => never },
        deadMansSwitch: { ...platform.deadMansSwitch!, read: () => never },
      }),
    );
    for (const answer of [facts.reading, facts.slots, facts.deadMan]) {
      expect(answer).to.deep.equal({ problem: 'no answer within 0.05 s', hint: undefined });
    }
    expect(statusOf(facts).advice.type).to.equal('crossfade doctor local');
  });

  it('passes on what a platform says that cannot be asked', async () => {
    const facts = await looking(() => Promise.reject(new PlatformError('no balancer', { hint: 'pulumi up' })));
    expect(facts.reading).to.deep.equal({ problem: 'no balancer', hint: 'pulumi up' });
  });

  it('tells what bringing the environment up would mend from what it would not', async () => {
    const gone = new PlatformError('no balancer', { mendedByUp: true });
    const facts = await looking(() =>
      Promise.resolve({ ...platform, traffic: { ...platform.traffic, read: () => Promise.reject(gone) } }),
    );
    expect(facts.reading).to.deep.equal({ problem: 'no balancer', hint: undefined, mendedByUp: true });
    expect(facts.slots).to.have.property('value');
  });

  it('does not hide a bug', async () => {
    expect((await rejection(looking(() => Promise.reject(new TypeError('x is undefined'))))).name).to.equal(
      'TypeError',
    );
  });

  it('asks the database what restoring the backup of the live release would lose', async () => {
    const fake = new FakeRun();
    await fake.deploy(someRelease('1.0.0'));
    const run = newRunId('local', new Date('2026-01-01T10:00:00Z'));
    const journal = await openJournal(store, { token: 1, clock: fake.clock }, run);
    for (const { body } of fake.events) await journal.append(body);
    fake.world.database!.rows += 9;
    const facts = await looking(() => Promise.resolve(fake.platform));
    expect(facts.price?.loss).to.have.nested.property('value.rows', 9);
    const silent = { ...fake.platform.database!, writesSince: () => new Promise<never>(() => undefined) };
    const unanswered = await looking(() => Promise.resolve({ ...fake.platform, database: silent }));
    expect(unanswered.price?.loss).to.have.property('problem');
  });

  it('opens nothing before the first up', async () => {
    store = new MemoryStore();
    const facts = await looking(() => Promise.reject(new Error('not to be opened')));
    expect(facts.known).to.equal(false);
  });

  it('tells of a damaged lease and of damaged outputs, and answers all the same', async () => {
    await store.append('leases/local', 0, 'rubbish');
    await store.put('outputs/local.json', '{');
    const facts = await looking(() => Promise.reject(new Error('not to be opened')));
    expect(facts.unread).to.have.length(2);
    expect(facts.unread.join()).to.contain('is not JSON');
    expect(facts).to.deep.include({ known: true, lease: undefined });
    expect(statusOf(facts).warnings.join()).to.contain("a record can't be read: ");
  });

  it('cannot do without the store', async () => {
    store.unreachable();
    expect(await rejection(looking(() => Promise.resolve(platform)))).to.be.instanceOf(StoreError);
  });
});
