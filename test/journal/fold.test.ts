import { expect } from 'chai';
import { IntegrityError } from '../../contract/errors.js';
import type { Event } from '../../contract/event.js';
import { Turn } from '../../pipeline/endings.js';
import { foldRun } from '../../journal/fold.js';
import { liveRecord, runThatPutLive } from '../../journal/live-record.js';
import { lossesOf } from '../../journal/losses.js';
import { isOver, lasted, type RunState } from '../../journal/run-state.js';
import { timesBack } from '../../journal/times-back.js';
import { FakeRun, withLive } from '../support/fake-run.js';
import { someRelease } from '../support/product.js';
import { digestOf } from '../../contract/json.js';

const migration = { id: '001_add.sql', checksum: digestOf('sql'), phase: 'expand' as const, sql: 'sql' };

describe('fold of a journal', () => {
  const status = (state: RunState, id: string) => state.steps.find(({ planned }) => planned.id === id)?.status;
  const upTo = (events: readonly Event[], kind: string, step?: string): Event[] => {
    const end = events.findIndex(
      ({ body }) => body.kind === kind && (step === undefined || ('step' in body && body.step === step)),
    );
    expect(end).to.be.greaterThan(0);
    return events.slice(0, end + 1);
  };

  it('knows a completed deploy: every step, who, when, and that the other slot lives now', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0', { migrations: [migration] }));
    const state = foldRun(fake.events);
    expect(state.ended).to.deep.include({ outcome: 'completed', live: 'green' });
    expect(isOver(state)).to.equal(true);
    expect(state.open).to.equal(undefined);
    const others = state.steps.filter(({ status }) => status !== 'passed');
    expect(others.map(({ planned, status }) => [planned.id, status])).to.deep.equal([['rehearse', 'skipped']]);
    expect(state.weights).to.deep.equal({ blue: 0, green: 100 });
    expect(state.lived.map(({ colour, by }) => [colour, by])).to.deep.equal([['green', 'ada']]);
    const shifted = state.steps.find(({ planned }) => planned.id === 'shift-100');
    expect(state.lived[0]?.at).to.equal(shifted?.ended);
    const judged = state.steps.find(({ planned }) => planned.id === 'judge-10');
    expect(judged?.verdict?.answer).to.equal('yes');
    expect(judged && lasted(judged)).to.be.at.least(30_000);
    expect(state.people).to.deep.equal(['ada']);
  });

  it('knows a first release, before which nothing lived', async () => {
    const fake = new FakeRun();
    await fake.deploy(someRelease('1.0.0'));
    const state = foldRun(fake.events);
    expect(state.lived.map(({ colour }) => colour)).to.deep.equal(['blue']);
    expect(liveRecord([state])).to.deep.include({ colour: 'blue', version: '1.0.0', by: 'ada', run: state.run });
  });

  it('knows what was begun without a word on its end', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const state = foldRun(upTo(fake.events, 'began', 'shift-50'));
    expect(state.open?.planned.id).to.equal('shift-50');
    expect(status(state, 'judge-10')).to.equal('passed');
    expect(status(state, 'bake')).to.equal('pending');
    expect(state.weights).to.deep.equal({ blue: 90, green: 10 });
    expect(state.lived).to.deep.equal([]);
    expect(isOver(state)).to.equal(false);
  });

  it('knows a run that went back: what failed, what was undone, and that the live slot never changed', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 5 };
    await fake.deploy(someRelease('3.0.0'));
    const state = foldRun(fake.events);
    expect(state.ended?.outcome).to.equal('rolled-back');
    expect(state.turned).to.deep.include({ by: 'ada', blamesRelease: true });
    expect(status(state, 'judge-10')).to.equal('failed');
    expect(status(state, 'shift-10')).to.equal('undone');
    expect(status(state, 'shift-50')).to.equal('pending');
    expect(state.weights).to.deep.equal({ blue: 100, green: 0 });
    expect(state.lived).to.deep.equal([]);
    expect(timesBack([state])).to.deep.equal([state.ended?.backMilliseconds]);
  });

  it('knows when it is in the middle of putting something back', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 5 };
    await fake.deploy(someRelease('3.0.0'));
    const state = foldRun(upTo(fake.events, 'undo-began', 'shift-10'));
    expect(state.open).to.deep.include({ status: 'undoing' });
    expect(state.open?.planned.id).to.equal('shift-10');
  });

  it('knows that a slot lived in between when whole traffic was taken back, and who took it', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call.includes('handOver')) fake.turn.abort(new Turn('complaints', 'grace', 'rollback'));
    };
    await fake.deploy(someRelease('2.0.0'));
    const state = foldRun(fake.events);
    expect(state.lived.map(({ colour, by }) => [colour, by])).to.deep.equal([
      ['green', 'ada'],
      ['blue', 'grace'],
    ]);
    expect(liveRecord([state])).to.deep.include({ colour: 'blue', version: '1.0.0', by: 'grace' });
  });

  it('knows refusals and waivers', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0', { requiredSettings: ['TOKEN'] }));
    const state = foldRun(fake.events);
    expect(state.ended?.outcome).to.equal('refused');
    const gate = state.steps.find(({ planned }) => planned.use === 'settings-present');
    expect(gate).to.deep.include({ status: 'failed' });
    expect(gate?.verdict).to.deep.include({ answer: 'no', because: 'settings without a value: TOKEN' });

    await fake.deploy(someRelease('2.0.0', { requiredSettings: ['TOKEN'] }), {
      waivers: [{ gate: 'settings-present', because: 'has a default', by: 'grace' }],
    });
    const waived = foldRun(fake.events).steps.find(({ planned }) => planned.use === 'settings-present');
    expect(waived).to.deep.include({ status: 'passed', waived: { because: 'has a default', by: 'grace' } });
  });

  it('forgets an end that was only for now once the run was resumed', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call.includes('provision')) fake.interrupt.abort();
    };
    await fake.deploy(someRelease('2.0.0'));
    const held = foldRun(fake.events);
    expect(held.ended?.outcome).to.equal('interrupted');
    expect(isOver(held)).to.equal(false);
    fake.fault = () => undefined;
    await fake.resume({ interrupt: new AbortController().signal, by: 'grace' });
    const state = foldRun(fake.events);
    expect(state.ended?.outcome).to.equal('completed');
    expect(state.resumed).to.equal(1);
    expect(state.token).to.be.greaterThan(held.token);
  });

  it('is a fold: any beginning of a journal is a state', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 5 };
    await fake.deploy(someRelease('3.0.0'));
    for (let length = 1; length <= fake.events.length; length += 1) {
      const state = foldRun(fake.events.slice(0, length));
      expect(state.last).to.equal(fake.events[length - 1]?.at);
      expect(isOver(state)).to.equal(length === fake.events.length);
    }
  });

  it('refuses a journal without a plan', async () => {
    const fake = new FakeRun();
    await fake.deploy(someRelease('1.0.0'));
    expect(() => foldRun(fake.events.slice(1))).to.throw(IntegrityError);
    expect(() => foldRun([])).to.throw(IntegrityError);
  });

  describe('over several runs', () => {
    let runs: RunState[];
    let fake: FakeRun;

    beforeEach(async () => {
      fake = new FakeRun();
      runs = [];
      const ran = async (work: Promise<unknown>): Promise<void> => {
        await work;
        runs.unshift(foldRun(fake.events));
      };
      await ran(fake.deploy(someRelease('1.0.0')));
      await ran(fake.deploy(someRelease('2.0.0', { migrations: [migration] })));
      fake.world.behaviours['3.0.0'] = { errorPercent: 5 };
      await ran(fake.deploy(someRelease('3.0.0')));
    });

    it('a failed deploy does not change since when, by whom and what is live', () => {
      expect(liveRecord(runs)).to.deep.include({ colour: 'green', version: '2.0.0', run: runs[1]?.run });
      expect(runThatPutLive(runs, 'green')).to.equal(runs[1]);
    });

    it('what going back would not bring back is what the live run did that cannot be undone', () => {
      const losses = lossesOf(runThatPutLive(runs, 'green')!);
      expect(losses.migrations).to.deep.equal(['001_add.sql']);
      expect(losses.oneWay.map(({ title }) => title)).to.have.length(1);
      expect(losses.backups.map(({ name }) => name)).to.deep.equal([`before-${runs[1]?.run ?? ''}`]);
      expect(losses.backups[0]?.at).to.be.a('string');
    });

    it('a rollback makes the other one live again, and is measured', async () => {
      fake.world.behaviours['3.0.0'] = {};
      await fake.rollback();
      runs.unshift(foldRun(fake.events));
      expect(liveRecord(runs)).to.deep.include({ colour: 'blue', run: runs[0]?.run });
      expect(runs[0]?.ended?.backMilliseconds).to.be.a('number');
      expect(timesBack(runs)[0]).to.equal(runs[0]?.ended?.backMilliseconds);
      expect(timesBack(runs)).to.have.length(2);
    });
  });
});
