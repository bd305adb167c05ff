import { expect } from 'chai';
import { PlatformError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { someRelease, someRules } from '../support/product.js';

const release = (sql: string, more: Partial<Release> = {}): Release =>
  someRelease('2.0.0', { migrations: [{ id: '1_a.sql', phase: 'expand', checksum: digestOf(sql), sql }], ...more });
const own = { migrate: { service: 'api', command: ['prisma', 'migrate', 'deploy'] }, migrations: [] };

/** What the gate answered, and whether anything was changed. */
function asked(fake: FakeRun) {
  const found = fake.events.find(({ body }) => body.kind === 'asked' && body.step === 'gate-migrations-reviewed');
  return found?.body.kind === 'asked' ? found.body : undefined;
}

describe('the gate on migrations', () => {
  it('is asked only where a release has some', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const gates = async (changes: Release) => (await fake.plan(changes)).steps.map(({ id }) => id);
    expect(await gates(someRelease('2.0.0'))).not.to.include('gate-migrations-reviewed');
    expect(await gates(release('SELECT 1'))).to.include('gate-migrations-reviewed');
    expect(await gates(release('', own))).to.include('gate-migrations-reviewed');
  });

  it('lets safe ones pass, judged by the rules of the plan', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.rules = someRules({ migrations: { longestBlock: '250ms' } });
    expect((await fake.deploy(release('SELECT 1'))).outcome).to.equal('completed');
    expect(asked(fake)).to.include({ answer: 'yes', because: 'nothing blocks for longer than 250 ms' });
  });

  it('fault 17: refuses unsafe ones before anything is changed', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const ended = await fake.deploy(release('unsafe'));
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('1_a.sql blocks for longer');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('refuses what nobody can tell, and what can not be asked', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    expect((await fake.deploy(release('unclear'))).outcome).to.equal('refused');
    expect(asked(fake)).to.include({ answer: 'unknown' });
    fake.fault = (call) => {
      if (call === 'migrationReview.review') throw new PlatformError('the database does not answer');
    };
    expect((await fake.deploy(release('SELECT 1'))).outcome).to.equal('refused');
    expect(asked(fake)).to.include({ answer: 'unknown', because: 'the database does not answer' });
  });

  it('refuses where the platform has nobody to ask', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const { migrationReview: _none, ...platform } = fake.platform;
    const ended = await fake.deploy(release('SELECT 1'), { platform });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain("crossfade migrations lint --release 2.0.0'");
  });

  it('can be waived, on record', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const waivers = [{ gate: 'migrations-reviewed', because: 'seen on a copy', by: 'ada' }];
    expect((await fake.deploy(release('unsafe'), { waivers })).outcome).to.equal('completed');
    const waived = fake.events.find(({ body }) => body.kind === 'waived');
    expect(waived?.body).to.include({ step: 'gate-migrations-reviewed', because: 'seen on a copy', by: 'ada' });
  });

  it("knows nothing of what a release's own command does, unless the rules trust it", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    expect((await fake.deploy(release('', own))).outcome).to.equal('refused');
    expect(asked(fake)).to.deep.include({ answer: 'unknown', evidence: { ownCommand: own.migrate.command } });
    const both = release('unsafe', { migrate: own.migrate });
    fake.rules = someRules({ migrations: { ownCommand: 'trust' } });
    expect((await fake.deploy(both)).outcome).to.equal('refused');
    expect(asked(fake)).to.include({ answer: 'no' });
    expect((await fake.deploy(release('', own))).outcome).to.equal('completed');
  });
});
