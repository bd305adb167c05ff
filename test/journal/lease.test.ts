import { expect } from 'chai';
import { FencedError, LeaseHeldError, StoreError } from '../../contract/errors.js';
import { acquireLease, type LeaseOptions } from '../../journal/acquire-lease.js';
import { anchorOf, leaseStream, readLease } from '../../journal/lease.js';
import type { LeaseKeeper } from '../../journal/lease-keeper.js';
import { verifyJournal } from '../../journal/verify.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-store.js';
import { rejection } from '../support/rejection.js';
import { noted, someJournal } from '../support/stored-journal.js';

const term = 10_000;

describe('lease of an environment', () => {
  let store: MemoryStore;
  /** The holder's. */
  let clock: ManualClock;
  /** The observer's: another machine's time. */
  let other: ManualClock;
  let keepers: LeaseKeeper[];

  beforeEach(() => {
    store = new MemoryStore();
    clock = new ManualClock();
    other = new ManualClock();
    keepers = [];
  });

  afterEach(() => Promise.all(keepers.map((keeper) => keeper.abandon())));

  const acquire = async (run: string, changes: Partial<LeaseOptions> = {}): Promise<LeaseKeeper> => {
    const keeper = await acquireLease(store, {
      environment: 'local',
      run,
      by: 'ada',
      clock,
      term,
      liveness: () => Promise.resolve('unknown'),
      self: { host: 'build-7', process: 4711, started: 'boot/1/2' },
      ...changes,
    });
    keepers.push(keeper);
    return keeper;
  };
  const newest = async () => (await readLease(store, 'local'))?.lease;
  /** An acquisition on the other machine, with what became of it. */
  const contend = (run: string, changes: Partial<LeaseOptions> = {}) => {
    const state: { keeper?: LeaseKeeper; error?: unknown } = {};
    void acquire(run, { clock: other, ...changes }).then(
      (keeper) => (state.keeper = keeper),
      (error: unknown) => (state.error = error),
    );
    return state;
  };

  it('is taken when it is free, with the first token', async () => {
    const keeper = await acquire('r1');
    expect(keeper.token).to.equal(1);
    expect(await newest()).to.deep.include({ environment: 'local', token: 1, renewal: 0, term });
    await keeper.check();
  });

  it('is renewed under the same token, and the next holder gets the next one', async () => {
    const keeper = await acquire('r1');
    await clock.advance(term);
    expect(await newest()).to.deep.include({ token: 1, renewal: 5 });
    expect(await keeper.release()).to.equal('released');
    expect(await newest()).to.deep.include({ token: 1, holder: null });
    expect((await acquire('r2')).token).to.equal(2);
  });

  it('takes a token above what the balancer has seen', async () => {
    expect((await acquire('r1', { above: 41 })).token).to.equal(42);
  });

  it('fault 12: refuses a second one as soon as the holder shows life, and says who holds it', async () => {
    await acquire('r1');
    const second = contend('r2');
    await other.advance(term / 2);
    expect(second.error).to.equal(undefined);
    await clock.advance(term / 5);
    await other.advance(term / 10);
    expect(second.error).to.be.instanceOf(LeaseHeldError);
    expect((second.error as Error).message).to.match(
      /held by run r1 of ada on build-7 \(process 4711\) since 2026-01-01T/,
    );
    await other.advance(term * 3);
    expect(second.keeper).to.equal(undefined);
  });

  for (const contenders of [2, 50]) {
    it(`fault 12: goes to exactly one of ${contenders} that ask at once`, async () => {
      const asking = Promise.allSettled(Array.from({ length: contenders }, (_, number) => acquire(`r${number}`)));
      await clock.advance(term);
      const outcomes = await asking;
      const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(won).to.have.length(1);
      await won[0]?.check();
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).to.be.instanceOf(LeaseHeldError);
      }
    });
  }

  it('is taken over after a whole term without a renewal, and not a moment earlier', async () => {
    await acquire('r1');
    const second = contend('r2');
    await other.advance(term - 1);
    expect(second.keeper).to.equal(undefined);
    await other.advance(term / 10);
    expect(second.keeper?.token).to.equal(2);
  });

  it('is observed anew by everybody: how old a renewal says it is means nothing', async () => {
    clock.setWall('1999-01-01T00:00:00Z');
    await acquire('r1');
    const second = contend('r2');
    await other.advance(term / 2);
    expect(second.keeper).to.equal(undefined);
  });

  it('fault 52: does not mind clocks that jump, backwards or forwards, on either side', async () => {
    const keeper = await acquire('r1');
    clock.setWall('2026-01-01T05:00:00Z');
    await clock.advance(term / 5);
    clock.setWall('2019-01-01T00:00:00Z');
    await clock.advance(term / 5);
    const second = contend('r2');
    other.setWall('2030-01-01T00:00:00Z');
    await other.advance(term / 2);
    other.setWall('2001-01-01T00:00:00Z');
    expect(second.keeper).to.equal(undefined);
    await clock.advance(term / 5);
    await other.advance(term / 10);
    expect(second.error).to.be.instanceOf(LeaseHeldError);
    await keeper.check();
  });

  it('is not taken by an observer that slept: only time in which it looked counts', async () => {
    await acquire('r1');
    const asleep = new ManualClock();
    let jump = 0;
    const second = contend('r2', {
      clock: {
        now: () => asleep.now(),
        monotonic: () => asleep.monotonic() + jump,
        sleep: (duration, signal) => asleep.sleep(duration, signal),
      },
    });
    await asleep.advance(term / 10);
    jump = term * 100;
    await asleep.advance(term / 10);
    expect(second.keeper).to.equal(undefined);
    await asleep.advance(term);
    expect(second.keeper?.token).to.equal(2);
  });

  it('fault 70: is taken at once when its holder is proven dead, and never on suspicion', async () => {
    await acquire('r1');
    const suspected = contend('r2', { liveness: () => Promise.resolve('unknown') });
    const alive = contend('r3', { liveness: () => Promise.resolve('alive') });
    await other.advance(term / 4);
    expect([suspected.keeper, alive.keeper]).to.deep.equal([undefined, undefined]);
    expect((await acquire('r4', { liveness: () => Promise.resolve('dead') })).token).to.equal(2);
  });

  it('is given to a rollback at once, whoever holds it', async () => {
    const deploy = await acquire('r1');
    const rollback = await acquire('r2', { preempt: true });
    expect(rollback.token).to.equal(2);
    expect(await rejection(deploy.check())).to.be.instanceOf(FencedError);
  });

  it('is not asked for again on the way back within its term, and is once no renewal has succeeded for so long', async () => {
    const deploy = await acquire('r1');
    await acquire('r2', { preempt: true });
    await deploy.checkLately();
    await deploy.abandon();
    await clock.advance(term);
    expect(await rejection(deploy.checkLately())).to.be.instanceOf(FencedError);
  });

  it('goes to the next token for each of many rollbacks that pre-empt each other', async () => {
    await acquire('r0');
    const all = await Promise.all(['r1', 'r2', 'r3'].map((run) => acquire(run, { preempt: true })));
    expect(all.map(({ token }) => token).sort()).to.deep.equal([2, 3, 4]);
    const checks = await Promise.allSettled(all.map((keeper) => keeper.check()));
    expect(checks.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });

  describe('fault 13: held by a process that slept while it was taken over', () => {
    let asleep: LeaseKeeper;

    beforeEach(async () => {
      asleep = await acquire('r1');
      await clock.advance(term);
      const taking = contend('r2');
      await other.advance(term * 2);
      expect(taking.keeper?.token).to.equal(2);
    });

    it('is known as lost before its next effect', async () => {
      const error = await rejection(asleep.check());
      expect(error).to.be.instanceOf(FencedError);
      expect(error.message).to.contain('held by run r2').and.to.contain('token 2');
      expect(asleep.lost.reason).to.equal(error);
    });

    it('is known as lost at its next renewal, without anybody asking', async () => {
      await clock.advance(term);
      expect(asleep.lost.aborted).to.equal(true);
      expect(await newest()).to.deep.include({ token: 2 });
      expect((await newest())?.holder?.run).to.equal('r2');
    });

    it('stays lost after the other has given it back', async () => {
      await keepers.at(-1)?.release();
      expect(await rejection(asleep.check())).to.be.instanceOf(FencedError);
      expect(await asleep.release()).to.equal('fenced');
      expect(await newest()).to.deep.include({ token: 2, holder: null });
    });

    it('is known as lost although the other has renewed so often that old versions were removed', async () => {
      await other.advance(term * 20);
      expect(await rejection(asleep.renew())).to.be.instanceOf(FencedError);
    });

    it('is known as lost even where somebody swept all old versions away', async () => {
      await other.advance(term * 20);
      const last = (await store.last(leaseStream('local'))) ?? 0;
      for (let version = 0; version < last; version += 1) await store.remove(leaseStream('local'), version);
      expect(await rejection(asleep.renew())).to.be.instanceOf(FencedError);
      expect((await newest())?.holder?.run).to.equal('r2');
    });
  });

  it('is not won by a contender that slept between looking and taking', async () => {
    const holder = await acquire('r1');
    // Looks at version 0 as that of a dead process, then sleeps until versions 1 to 45 came and mostly went.
    const second = await rejection(
      acquire('r2', {
        clock: other,
        liveness: async () => {
          if ((await store.last(leaseStream('local'))) !== 0) return 'alive';
          await clock.advance(term * 9);
          return 'dead';
        },
      }),
    );
    expect(second).to.be.instanceOf(LeaseHeldError);
    await holder.check();
    await clock.advance(term);
    await holder.check();
  });

  it('keeps few renewals, but every taking and giving back', async () => {
    for (const run of ['r1', 'r2']) {
      const keeper = await acquire(run);
      await clock.advance(term * 4);
      await keeper.release();
    }
    const { records } = await store.read(leaseStream('local'));
    const holders = records.map(({ text }) => (JSON.parse(text) as { holder: { run: string } | null }).holder?.run);
    expect(holders).to.deep.equal(['r1', undefined, 'r2', undefined]);
  });

  it('survives a store that fails for a while, also when only the answers were lost', async () => {
    const keeper = await acquire('r1');
    store.failNextAppend();
    await clock.advance(term / 5);
    store.failNextAppend({ afterwards: true });
    await clock.advance(term / 5);
    await clock.advance(term / 5);
    expect(keeper.lost.aborted).to.equal(false);
    await keeper.check();
    expect((await newest())?.renewal).to.be.at.least(2);
  });

  it('fault 32: is taken by a second attempt when the answer to the first was lost', async () => {
    store.failNextAppend({ afterwards: true });
    expect(await rejection(acquire('r1'))).to.be.instanceOf(StoreError);
    const keeper = await acquire('r1');
    await keeper.check();
    expect(keeper.token).to.equal(2);
  });

  it('says that it cannot tell when the store does not answer, which is not the same as lost', async () => {
    const keeper = await acquire('r1');
    store.unreachable();
    expect(await rejection(keeper.check())).to.be.instanceOf(StoreError);
    await clock.advance(term * 2);
    store.reachable();
    await clock.advance(term / 5);
    expect(keeper.lost.aborted).to.equal(false);
    await keeper.check();
  });

  it('stops waiting when it is told to', async () => {
    await acquire('r1');
    const giveUp = new AbortController();
    const second = contend('r2', { signal: giveUp.signal });
    await other.advance(term / 10);
    giveUp.abort(new Error('interrupted'));
    await other.advance(0);
    await other.advance(0);
    expect(second.error).to.have.property('message', 'interrupted');
  });

  it("anchors the journal's end, so that a tail that was cut off is missed", async () => {
    const keeper = await acquire('r1');
    const journal = await someJournal(store, 3, 'r1');
    keeper.anchorTo(journal);
    await clock.advance(term / 5);
    await journal.append(noted('after the renewal'));
    expect(await anchorOf(store, 'local', 'r1')).to.deep.include({ sequence: 3 });
    await keeper.release();
    const next = await acquire('r2');
    await clock.advance(term * 3);
    await next.release();
    const anchor = await anchorOf(store, 'local', 'r1');
    expect(anchor).to.deep.equal(journal.head);
    await store.remove('journals/r1', 4);
    expect((await verifyJournal(store, 'r1', anchor)).findings).to.deep.equal([
      { sequence: 4, says: 'missing: the lease was shown 5 events, here are 4' },
    ]);
  });
});
