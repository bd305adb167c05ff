import { expect } from 'chai';
import { digestOf, type JsonObject } from '../../contract/json.js';
import type { Migration, Release } from '../../contract/release.js';
import { contractionsOf } from '../../pipeline/contractions.js';
import { planRetire } from '../../pipeline/plan-slot.js';
import type { MigrationReview } from '../../pipeline/ports/migration-review.js';
import { FakeRun, withLive } from '../support/fake-run.js';
import { localOutputs, someRelease } from '../support/product.js';

const file = (id: string, phase: Migration['phase']): Migration => ({
  id,
  phase,
  sql: `-- ${id}`,
  checksum: digestOf(`-- ${id}`),
});
const add = file('001_add.sql', 'expand');
const drop = file('002_drop.sql', 'contract');
const more = file('003_more.sql', 'expand');

const release = (version: string, ...migrations: Migration[]): Release => someRelease(version, { migrations });

async function retire(fake: FakeRun, colour: 'blue' | 'green') {
  const { platform } = fake;
  const live = await platform.slots.state(colour === 'blue' ? 'green' : 'blue');
  const { missing } = await platform.database!.migrations(live.input!.release);
  const found = await contractionsOf(live.input!.release, undefined, new AbortController().signal);
  return planRetire({
    run: 'retire-1',
    environment: 'local',
    colour,
    outputs: localOutputs(fake.world.services),
    rules: fake.rules,
    affinity: 'none',
    reading: await platform.traffic.read(),
    slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
    waiting: found.filter(({ id }) => missing.includes(id)),
    requestedBy: 'ada',
    because: 'no longer needed',
    now: fake.clock.now(),
  });
}

describe('Expand and contract', () => {
  const applied = (fake: FakeRun): string[] => fake.world.database!.applied;

  it('fault 17: holds what removes something until the slot of the release before is retired, and says so in the plan', async () => {
    const fake = await withLive(release('1.0.0', add));
    const plan = await fake.plan(release('2.0.0', add, drop, more));
    const step = plan.steps.find(({ use }) => use === 'migrate')!;
    expect(step.title).to.equal('apply 2 migrations; 002_drop.sql waits until blue (1.0.0) is retired (declared)');
    const ended = await fake.start(plan);
    expect(ended.outcome).to.equal('completed');
    expect(applied(fake)).to.deep.equal(['001_add.sql', '003_more.sql']);
  });

  it('fault 17: applies it once that slot is retired, after a backup that was checked', async () => {
    const fake = await withLive(release('1.0.0', add));
    await fake.deploy(release('2.0.0', add, drop));
    fake.world.effects.length = 0;
    const plan = await retire(fake, 'blue');
    const ended = await fake.start(plan);
    expect(ended.outcome).to.equal('completed');
    expect(fake.world.effects).to.deep.equal(['destroy blue', 'back up before-retire-1', 'migrate 002_drop.sql']);
    expect(applied(fake)).to.deep.equal(['001_add.sql', '002_drop.sql']);
    const contract = plan.steps.find(({ use }) => use === 'contract')!;
    expect(contract.oneWayBecause).to.contain('only from a backup');
  });

  it('retires a slot without a word about the database when nothing waits', async () => {
    const fake = await withLive(release('1.0.0', add));
    await fake.deploy(release('2.0.0', add));
    expect((await retire(fake, 'blue')).steps.map(({ use }) => use)).not.to.include('contract');
  });

  it('goes on holding while the next release goes into the slot of the one before, and lets it run with the one after', async () => {
    const fake = await withLive(release('1.0.0', add));
    await fake.deploy(release('2.0.0', add, drop));
    await fake.deploy(release('3.0.0', add, drop, more));
    expect(applied(fake), 'when it began, blue still had 1.0.0').to.deep.equal(['001_add.sql', '003_more.sql']);
    const ended = await fake.deploy(release('4.0.0', add, drop, more));
    expect(ended.outcome).to.equal('completed');
    expect(applied(fake)).to.include('002_drop.sql');
  });

  it('holds nothing before a first release', async () => {
    const fake = new FakeRun();
    const ended = await fake.deploy(release('1.0.0', add, drop));
    expect(ended.outcome).to.equal('completed');
    expect(applied(fake)).to.deep.equal(['001_add.sql', '002_drop.sql']);
  });

  it('holds for a slot of which nobody knows what it runs', async () => {
    const fake = await withLive(release('1.0.0', add, drop));
    const plan = await fake.plan(release('2.0.0', add, drop));
    expect(plan.steps.find(({ use }) => use === 'migrate')!.title).to.equal('apply 2 migrations');
    const { heldContractions } = await import('../../pipeline/contractions.js');
    const stranger = { colour: 'green' as const, standing: true, input: undefined, replicas: [] };
    const { slots } = fake.platform;
    const held = heldContractions([{ id: drop.id, because: 'declared' }], {
      blue: await slots.state('blue'),
      green: stranger,
    });
    expect(held).to.deep.equal([{ id: drop.id, until: 'green (unknown release) is retired (declared)' }]);
  });

  describe('fault 17: a migration that only says it expands', () => {
    const finding = (migration: string, code: string) => ({
      migration,
      line: 1,
      code,
      severity: 'stop',
      because: 'drop column note: the live release may read it',
      safer: 'let its phase be contract',
    });
    const review = (...findings: JsonObject[]): MigrationReview => ({
      review: () =>
        Promise.resolve({
          answer: findings.length === 0 ? 'yes' : 'no',
          because: '',
          evidence: {
            answer: 'no',
            migrations: [],
            findings: [...findings],
            acts: [],
            database: null,
            longestBlockMilliseconds: 1,
            leftOff: 0,
          },
        }),
    });
    const signal = new AbortController().signal;

    it('is recognised by what its SQL does', async () => {
      const found = await contractionsOf(
        release('2.0.0', add, drop, more),
        review(finding('003_more.sql', 'breaks-live-slot'), finding('001_add.sql', 'lock-held-through')),
        signal,
      );
      expect(found).to.deep.equal([
        { id: '002_drop.sql', because: 'declared' },
        { id: '003_more.sql', because: 'recognised: drop column note: the live release may read it' },
      ]);
    });

    it('is not found where nothing breaks', async () => {
      expect(await contractionsOf(release('2.0.0', add, more), review(), signal)).to.deep.equal([]);
    });
  });
});

describe('A release from before something was removed', () => {
  it('is refused, and told what is gone, before anything is changed', async () => {
    const fake = await withLive(release('2.0.0', add, drop));
    const { platform } = fake;
    const database = {
      ...platform.database!,
      migrations: () => Promise.resolve({ applied: [], missing: [], differing: [], contracted: [drop.id] }),
    };
    const plan = await fake.plan(release('1.0.0', add));
    const ended = await fake.start(plan, { platform: { ...platform, database } });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('002_drop.sql removed something after 1.0.0 was made');
  });
});

describe('The verifications of a release', () => {
  const verifications: Release['verifications'] = [
    { name: 'as many as before', sql: 'select count(*)', expect: { percentOfBefore: { atLeast: 100 } } },
    { name: 'one', sql: 'select 1', equals: '1' },
    { name: 'two', sql: 'select 1', expect: { scalar: '2' } },
  ];

  it('compare with what was asked before the migrations, and say all that is wrong', async () => {
    const fake = await withLive(release('1.0.0'));
    const plan = await fake.plan(someRelease('2.0.0', { migrations: [add], verifications }));
    const uses = plan.steps.map(({ use }) => use);
    expect(uses.indexOf('capture')).to.be.below(uses.indexOf('migrate'));
    const { platform } = fake;
    const rows = () => Promise.resolve([[fake.world.database!.applied.length === 0 ? '7' : '1']]);
    const database = { ...platform.database!, askRows: rows, ask: async () => (await rows())[0]![0]! };
    const ended = await fake.start(plan, { platform: { ...platform, database } });
    expect(ended.live).to.equal('blue');
    expect(ended.because)
      .to.contain('as many as before: 7 before, 1 now')
      .and.to.contain('two: expected 2, the database says 1')
      .and.not.to.contain('one: ');
    expect(fake.world.effects.join()).not.to.match(/provision|shift/);
  });
});
