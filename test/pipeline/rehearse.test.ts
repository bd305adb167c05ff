import { expect } from 'chai';
import { PlatformError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { rehearsalDigest } from '../../pipeline/rehearsal/rehearsal-digest.js';
import { FakeProofs, FakeRehearsals } from '../support/fake-rehearsals.js';
import { FakeRun, withLive } from '../support/fake-run.js';
import { someRelease, someRules } from '../support/product.js';

const next = (version = '2.0.0'): Release =>
  someRelease(version, { migrations: [{ id: '1_a.sql', phase: 'expand', checksum: digestOf('a'), sql: 'SELECT 1' }] });

describe('rehearsing migrations in a deploy', () => {
  let fake: FakeRun;
  let rehearsals: FakeRehearsals;
  let proofs: FakeProofs;

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    rehearsals = new FakeRehearsals();
    proofs = new FakeProofs();
  });
  const deploy = (release = next()) => fake.deploy(release, { platform: { ...fake.platform, rehearsals, proofs } });
  const migrated = (): boolean => fake.world.effects.some((effect) => effect.startsWith('migrate'));
  const said = (kind: 'passed' | 'skipped'): string | undefined => {
    const found = fake.events.find(({ body }) => body.kind === kind && body.step === 'rehearse');
    return found?.body.kind === kind ? found.body.because : undefined;
  };

  it('happens on a copy of the backup that was just taken, before the database itself is migrated', async () => {
    expect((await deploy()).outcome).to.equal('completed');
    expect(rehearsals.did[0]).to.match(/^open before-/);
    expect(rehearsals.did.slice(1)).to.deep.equal([
      'start 2.0.0 before',
      'stop 2.0.0 before',
      'start 1.0.0 after',
      'migrate',
      'stop 1.0.0 after',
      'start 2.0.0 after',
      'stop 2.0.0 after',
      'remove',
    ]);
    expect(said('passed')).to.contain('nobody waited for a lock');
    const order = fake.events.flatMap(({ body }) => (body.kind === 'passed' ? [body.step] : []));
    expect(order.indexOf('rehearse')).to.be.within(order.indexOf('verify-backup'), order.indexOf('migrate'));
    expect(proofs.rehearsals.map(({ version, answer }) => ({ version, answer }))).to.deep.equal([
      { version: '2.0.0', answer: 'yes' },
    ]);
  });

  for (const [what, answers, because] of [
    [
      'the live release on the new schema',
      { '1.0.0 after migrated': 500 },
      /the live release on the schema after them: /,
    ],
    [
      'the next release on the new schema',
      { '2.0.0 after migrated': 500 },
      /the next release on the schema after them: /,
    ],
    ['a next release that does not start there', { '2.0.0 after migrated': 'it ended' }, /it does not start: it ended/],
    ['a live release that starts on no copy', { '1.0.0 after': 'no way' }, /it does not start on the copy, whatever/],
  ] as const) {
    it(`fault 17: migrates nothing for ${what} that fails`, async () => {
      Object.assign(rehearsals.answers, answers);
      const ended = await deploy();
      expect(ended.outcome).to.equal('rolled-back');
      expect(ended.because).to.match(because);
      expect(migrated()).to.equal(false);
      expect(rehearsals.did.at(-1)).to.equal('remove');
      expect(proofs.rehearsals).to.deep.equal([]);
    });
  }

  it('only tells of the next release on the schema as it is: nobody is led there', async () => {
    rehearsals.answers['2.0.0 before'] = 500;
    expect((await deploy()).outcome).to.equal('completed');
    expect(said('passed')).to.contain('for your knowledge, the next release on the schema before them: ');
  });

  it('fault 19: a migration that fails on the copy never reaches the database', async () => {
    rehearsals.migration = new PlatformError('line 3: division by zero');
    const ended = await deploy();
    expect(ended.because).to.contain('the migrations fail on a copy of the database: line 3: division by zero');
    expect(migrated()).to.equal(false);
    expect(rehearsals.did.at(-1)).to.equal('remove');
  });

  it('is not good when the live release fails while the migrations run', async () => {
    rehearsals.during = () => void (rehearsals.answers['1.0.0 after'] = 500);
    const ended = await deploy();
    expect(ended.outcome).to.equal('rolled-back');
    expect(ended.because).to.match(/the live release failed \d+ of \d+ checks while the migrations ran/);
    expect(migrated()).to.equal(false);
  });

  it('stops what keeps others waiting as the database itself would, by the rules', async () => {
    fake.rules = someRules({ migrations: { stopAfter: '2s' } });
    await deploy();
    expect(rehearsals.options).to.include({ blockAtMostMilliseconds: 2_000 });
  });

  it('says where nobody could see who waited, instead of that nobody did', async () => {
    rehearsals.migration = { milliseconds: 20, waits: [], unseenBecause: 'the connection was lost' };
    await deploy();
    expect(said('passed')).to.contain('who waited for locks was not seen (the connection was lost)');
  });

  it('is left out where somebody has said why, on record', async () => {
    const facts = { ...(await fake.facts()), ...fake.asks(next()) };
    const plan = planDeploy({ ...facts, rehearsalWaived: { because: 'the site is down', by: 'grace' } });
    const platform = { ...fake.platform, rehearsals, proofs };
    expect((await fake.start(plan, { platform })).outcome).to.equal('completed');
    expect(said('skipped')).to.equal('waived by grace: the site is down');
    expect(rehearsals.did).to.deep.equal([]);
    expect(migrated()).to.equal(true);
  });

  const made: readonly (readonly [what: string, release: Release, live: string])[] = [
    [
      'another content of a migration',
      { ...next(), migrations: [{ ...next().migrations[0]!, checksum: digestOf('b') }] },
      '1.0.0',
    ],
    [
      'one migration more',
      { ...next(), migrations: [...next().migrations, { ...next().migrations[0]!, id: '2_b.sql' }] },
      '1.0.0',
    ],
    ['another artifact', someRelease('2.0.1', { migrations: next().migrations }), '1.0.0'],
    ['another live release', next(), '1.1.0'],
    ['a tool of its own', { ...next(), migrate: { service: 'api', command: ['./migrate'] } }, '1.0.0'],
  ];
  for (const [what, release, live] of made)
    it(`is made again for ${what}`, async () => {
      await deploy();
      expect(rehearsalDigest(release, someRelease(live))).not.to.equal(proofs.rehearsals[0]?.digest);
      fake = await withLive(someRelease(live));
      fake.rules = someRules({ migrations: { ownCommand: 'trust' } });
      rehearsals = new FakeRehearsals();
      await deploy(release);
      expect(rehearsals.did).to.include('migrate');
    });

  it('is accepted for its time when the same was rehearsed before, and not a moment longer', async () => {
    await deploy();
    const [record] = proofs.rehearsals;
    if (record === undefined) throw new Error('nothing was noted');
    const again = await withLive(someRelease('1.0.0'));
    proofs.rehearsals.splice(0, 1, { ...record, at: new Date(again.clock.now().getTime() - 3_600_000).toISOString() });
    rehearsals = new FakeRehearsals();
    fake = again;
    await deploy();
    expect(said('skipped')).to.match(/^the same was rehearsed 60 min ago: /);
    expect(rehearsals.did).to.deep.equal([]);
    proofs.rehearsals.splice(0, 1, { ...record, at: new Date(again.clock.now().getTime() - 90_000_000).toISOString() });
    fake = await withLive(someRelease('1.0.0'));
    await deploy();
    expect(rehearsals.did).to.include('migrate');
  });

  it('is left out where there is nothing to migrate, and where nothing can be copied', async () => {
    await fake.deploy(next());
    expect(said('skipped')).to.match(/nothing can be rehearsed here$/);
    expect((await fake.plan(someRelease('2.1.0'))).steps.map(({ id }) => id)).not.to.include('rehearse');
  });

  it('made ahead is asked for by a gate, where the rules say so', async () => {
    fake.rules = someRules({ database: { rehearsal: 'ahead' } });
    const refused = await deploy();
    expect(refused.outcome).to.equal('refused');
    expect(refused.because).to.contain("'crossfade rehearse local 2.0.0' rehearses it");
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('made ahead lets a deploy begin for its time, and not a moment longer', async () => {
    await deploy();
    const [record] = proofs.rehearsals;
    for (const [hours, outcome] of [
      [25, 'refused'],
      [23, 'completed'],
    ] as const) {
      fake = await withLive(someRelease('1.0.0'));
      fake.rules = someRules({ database: { rehearsal: 'ahead' } });
      const at = new Date(fake.clock.now().getTime() - hours * 3_600_000).toISOString();
      proofs.rehearsals.splice(0, proofs.rehearsals.length, { ...record!, at });
      const ended = await deploy();
      expect(ended.outcome, `${hours} h`).to.equal(outcome);
      if (outcome === 'refused') expect(ended.because).to.match(/rehearsed 25 h ago, which is accepted for 24 h: /);
    }
  });

  it('is of the migrations alone where nothing can be started on copies, and says so', async () => {
    rehearsals.starts = false;
    expect((await deploy()).outcome).to.equal('completed');
    expect(rehearsals.did.slice(1)).to.deep.equal(['migrate', 'remove']);
    expect(said('passed')).to.match(/^on a copy the migrations took 20 ms; neither release was started on it: /);
    expect(proofs.rehearsals[0]?.evidence).to.include({ migrateMilliseconds: 20 }).and.not.have.property('waits');
  });

  it('makes no copy for what can’t be rehearsed', async () => {
    rehearsals.unable = 'only migrations in SQL are rehearsed';
    const ended = await deploy();
    expect(ended.because).to.contain('only migrations in SQL are rehearsed');
    expect(rehearsals.did).to.deep.equal([]);
    expect(migrated()).to.equal(false);
  });

  it('happens in a first deploy, before which there was no backup to rehearse on, also where it is made ahead', async () => {
    fake = new FakeRun();
    fake.rules = someRules({ database: { rehearsal: 'ahead' } });
    expect((await deploy()).outcome).to.equal('completed');
    expect(said('passed')).to.match(/^on a copy the migrations took /);
  });
});

describe('the gate on restore drills', () => {
  const record = (at: Date, answer: 'yes' | 'no' = 'yes') => ({
    format: 1 as const,
    backup: 'before-x',
    backupCreatedAt: at.toISOString(),
    at: at.toISOString(),
    by: 'a timer',
    milliseconds: 4_000,
    answer,
    because: '',
    evidence: {},
  });

  it('is asked only where the rules name an age', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    expect((await fake.plan(next())).steps.map(({ id }) => id)).not.to.include('gate-restore-drill');
  });

  it('is not asked for before a first release, when there is no backup yet', async () => {
    const fake = new FakeRun();
    fake.rules = someRules({ database: { restoreDrill: '7d' } });
    const platform = { ...fake.platform, proofs: new FakeProofs() };
    expect((await fake.deploy(someRelease('1.0.0'), { platform })).outcome).to.equal('completed');
  });

  it('refuses before anything is changed when the last good one is too old, or there is none', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.rules = someRules({ database: { restoreDrill: '7d' } });
    const proofs = new FakeProofs();
    const deploy = (version: string) => fake.deploy(someRelease(version), { platform: { ...fake.platform, proofs } });
    const ago = (days: number): Date => new Date(fake.clock.now().getTime() - days * 86_400_000);
    expect((await deploy('2.0.0')).because).to.contain('no restore drill was good yet');
    proofs.drills.push(record(ago(8)), record(ago(1), 'no'));
    expect((await deploy('2.0.0')).because).to.contain('the last good restore drill is 8 d old, and may be 7 d');
    expect(fake.world.effects).to.deep.equal([]);
    proofs.drills.push(record(ago(2)));
    expect((await deploy('2.0.0')).outcome).to.equal('completed');
  });
});
