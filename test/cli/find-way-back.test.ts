import { expect } from 'chai';
import { besideWithVersion, findWayBack } from '../../cli/run/find-way-back.js';
import { unfinishedOrUnreadable, unfinishedRun } from '../../cli/run/unfinished-run.js';
import { IntegrityError, RefusedError } from '../../contract/errors.js';
import type { Weights } from '../../contract/weights.js';
import { Journal } from '../../journal/journal.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import { FakeRun } from '../support/fake-run.js';
import { MemoryStore } from '../support/memory-store.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';

const damaged = 'local-20260103t000000z-cccccc';

describe('where a rollback goes', () => {
  let fake: FakeRun;
  let store: MemoryStore;

  beforeEach(async () => {
    fake = new FakeRun();
    store = new MemoryStore();
    await keep(1, await fake.plan(someRelease('1.0.0')));
  });

  /** Runs the plan and keeps its journal in the store. */
  async function keep(day: number, plan: Awaited<ReturnType<FakeRun['plan']>>): Promise<void> {
    const run = `local-2026010${day}t000000z-aaaaaa`;
    await fake.start({ ...plan, run });
    const journal = await Journal.open(store, run, { clock: fake.clock, by: 'ada', token: day });
    for (const { body } of fake.events) await journal.append(body);
  }

  async function look(asked?: 'blue' | 'green') {
    const { platform } = fake;
    const quarantine = new StoredQuarantine(store, fake.clock, 'ada');
    const slots = { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') };
    const world = { reading: await platform.traffic.read(), slots };
    return findWayBack({ store, quarantine, environment: 'local', platform }, world, asked);
  }

  function set(weights: Weights): void {
    fake.world.weights = { api: weights, web: weights };
  }

  const split = { blue: 40, green: 60 };

  it('is the other slot while traffic is whole, needing no further word', async () => {
    await keep(2, await fake.plan(someRelease('2.0.0')));
    expect(await look()).to.deep.equal({ to: 'blue', assumed: undefined, unproven: undefined });
  });

  it('of split traffic is the slot that was live last by the records', async () => {
    await keep(2, await fake.plan(someRelease('2.0.0')));
    set(split);
    const way = await look();
    expect(way).to.include({ to: 'green', unproven: undefined });
    expect(way.assumed).to.contain('blue 40 % / green 60 %').and.to.contain('green was live last');
  });

  it('of split traffic is where the balancer itself would return it, whatever the records say', async () => {
    await keep(2, await fake.plan(someRelease('2.0.0')));
    store = new MemoryStore();
    set(split);
    fake.world.armed = { run: 'lost', returnTo: { blue: 100, green: 0 }, token: 9, due: fake.world.time + 60_000 };
    const way = await look();
    expect(way).to.include({ to: 'blue', unproven: undefined });
    expect(way.assumed).to.contain("the dead-man's switch of run lost");
  });

  it('of split traffic is the slot that was live last also when the newest journal is damaged', async () => {
    fake.world.slots.green = (await fake.plan(someRelease('2.0.0'))).input;
    await store.append(`journals/${damaged}`, 0, 'rubbish');
    set(split);
    const way = await look();
    expect(way.to).to.equal('blue');
  });

  it('of split traffic is nobody’s guess when nothing tells, and the hint says how to name the slot', async () => {
    await keep(2, await fake.plan(someRelease('2.0.0')));
    store = new MemoryStore();
    set(split);
    const refused = await rejection(look(), RefusedError);
    expect(refused.message).to.contain('nothing tells which slot was live before');
    expect(refused.hint).to.contain('crossfade rollback local --slot blue');
  });

  it('is the slot that was asked for, and says for what the operator vouches', async () => {
    await keep(2, await fake.plan(someRelease('2.0.0')));
    store = new MemoryStore();
    set(split);
    const way = await look('green');
    expect(way).to.include({ to: 'green', unproven: undefined });
    expect(way.assumed).to.contain('asked for by name, although green holds 2.0.0, which was never live');
  });

  it('is nowhere when the slot that was asked for has all the traffic', async () => {
    expect((await rejection(look('blue'))).message).to.equal('blue has all the traffic already');
  });

  it('finds the version that stands beside the live slot, and never the live one', async () => {
    await keep(2, await fake.plan(someRelease('2.0.0')));
    const { platform } = fake;
    const slots = { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') };
    const world = { reading: await platform.traffic.read(), slots };
    expect(besideWithVersion(world, '1.0.0')).to.equal('blue');
    expect(besideWithVersion(world, '2.0.0')).to.equal(undefined);
  });

  it('does not depend on a newest journal that is damaged: that is said, while a deploy still refuses', async () => {
    await store.append(`journals/${damaged}`, 0, 'rubbish');
    expect(await unfinishedOrUnreadable(store, 'local')).to.include({ run: damaged });
    expect(await rejection(unfinishedRun(store, 'local'))).to.be.instanceOf(IntegrityError);
  });
});
