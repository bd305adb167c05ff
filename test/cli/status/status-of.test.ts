import { expect } from 'chai';
import { waitsOf } from '../../../cli/status/waits-of.js';
import { addDecision } from '../../../journal/decisions.js';
import { asksFirst, SomeApprovers, someAsking } from '../../support/approvers.js';
import { someChecklist, someItem } from '../../support/fake-questions.js';
import { MemoryStore } from '../../support/memory-store.js';
import type { EventKind } from '../../../contract/event.js';
import { digestOf } from '../../../contract/json.js';
import { statusLines } from '../../../cli/print/status-lines.js';
import { statusOf } from '../../../cli/status/status-of.js';
import type { Facts } from '../../../cli/status/status.js';
import { foldRun } from '../../../journal/fold.js';
import type { HistoryEntry } from '../../../journal/history.js';
import { Turn } from '../../../pipeline/endings.js';
import { FakeRun } from '../../support/fake-run.js';
import { someRelease, someRules } from '../../support/product.js';

const migration = { id: '001_add.sql', checksum: digestOf('sql'), phase: 'expand' as const, sql: 'sql' };
const holder = { run: 'run-2', by: 'ada', host: 'build-7', process: 4711, since: '2026-01-01T00:00:00Z' };

describe('status', () => {
  let fake: FakeRun;
  let history: HistoryEntry[];

  beforeEach(async () => {
    fake = new FakeRun();
    history = [];
    await ran(fake.deploy(someRelease('1.0.0')));
  });

  const ran = async (work: Promise<unknown>): Promise<void> => {
    await work;
    keep();
  };
  /** The newest journal, or its beginning: as a killed process left it. */
  const keep = (length = fake.events.length): void => {
    const state = foldRun(fake.events.slice(0, length));
    history.unshift({ run: state.run, state, problem: undefined });
  };
  const lengthAfter = (kind: EventKind, step: string): number =>
    fake.events.findIndex(({ body }) => body.kind === kind && 'step' in body && body.step === step) + 1;

  const facts = async (changes: Partial<Facts> = {}): Promise<Facts> => {
    const { traffic, slots, deadMansSwitch } = fake.platform;
    return {
      environment: 'local',
      now: fake.clock.now(),
      known: true,
      reading: { value: await traffic.read() },
      slots: { value: { blue: await slots.state('blue'), green: await slots.state('green') } },
      deadMan: { value: (await deadMansSwitch?.read()) ?? { armed: undefined, fired: undefined } },
      maintenance: { value: undefined },
      price: undefined,
      unproven: { blue: undefined, green: undefined },
      lease: undefined,
      unread: [],
      holder: 'unknown',
      history,
      olderTimesBack: [],
      untold: [],
      announced: [],
      waits: [],
      duties: [],
      drill: undefined,
      ...changes,
    };
  };
  const status = async (changes: Partial<Facts> = {}) => statusOf(await facts(changes));
  const shown = async (changes: Partial<Facts> = {}) => statusLines(await status(changes)).join('\n');
  const lease = (process: Partial<Facts> = {}): Partial<Facts> => ({
    lease: {
      format: 1,
      environment: 'local',
      token: 9,
      renewal: 0,
      term: 1,
      head: null,
      holder: { ...holder, run: history[0]?.run ?? '' },
    },
    ...process,
  });

  it('after a first release says what is live, since when, by whom, and that there is no way back but a deploy', async () => {
    const seen = await status();
    expect(seen.live).to.deep.include({ colour: 'blue', version: '1.0.0', by: 'ada', run: history[0]?.run });
    expect(seen.beside).to.deep.include({ colour: 'green', standing: false, unfit: 'nothing stands in green' });
    expect(seen.inFlight).to.equal(null);
    expect(seen.warnings).to.deep.equal([]);
    expect(seen.advice.type).to.equal('crossfade rollback local --to VERSION');
  });

  it('after a second release names the one command that goes back, what to, and what would be lost', async () => {
    await ran(fake.deploy(someRelease('2.0.0', { migrations: [migration] })));
    fake.clock.advance(90 * 60_000);
    const seen = await status();
    expect(seen.live).to.deep.include({ colour: 'green', version: '2.0.0' });
    expect(seen.beside).to.deep.include({ colour: 'blue', version: '1.0.0', standing: true, unfit: undefined });
    expect(seen.advice).to.deep.equal({
      type: 'crossfade rollback local',
      because: 'if users are hurt: all traffic back to blue 1.0.0',
    });
    const lines = await shown();
    expect(lines).to.match(
      /live {6}green 2\.0\.0, since 2026-01-01 \d\d:\d\d UTC \(\d+(\.\d+)? min ago\) by ada, run run-/,
    );
    expect(lines).to.contain('traffic   blue 0 % / green 100 % (api, web)');
    expect(lines).to.contain('in flight nothing');
    expect(lines).to.contain('back      seconds are not measured yet');
    expect(lines).to.contain("lost      nothing: the database doesn't go back, 001_add.sql stays applied");
    expect(lines).to.match(/restoring before-run-\d+ would lose what was written since 2026-01-01/);
    expect(lines).to.match(/type: {2}crossfade rollback local$/m);
  });

  it('tells how long it took to go back before, and that what stands beside is not fit after that', async () => {
    await ran(fake.deploy(someRelease('2.0.0')));
    fake.world.behaviours['3.0.0'] = { errorPercent: 5 };
    await ran(fake.deploy(someRelease('3.0.0')));
    const because = 'blue holds 3.0.0, which was rolled back by run r: errors';
    const seen = await status({ unproven: { blue: because, green: undefined } });
    expect(seen.live).to.deep.include({ colour: 'green', version: '2.0.0', run: history[1]?.run });
    expect(seen.timesBack).to.deep.equal([history[0]?.state?.ended?.backMilliseconds]);
    expect(seen.beside?.unfit).to.equal(because);
    expect(seen.advice.type).to.equal('crossfade rollback local --to 1.0.0');
    expect(await shown()).to.match(/back {6}\d+(\.\d+)? m?s last time \(measured once\)/);
  });

  describe('with a run that waits for people', () => {
    const people = new SomeApprovers(['grace', 'linus', 'ada']);
    const waits = async (store: MemoryStore) => {
      const listed = { approvers: people.approvers, accountsCount: false };
      return waitsOf(foldRun(fake.events), store, listed, fake.clock.now());
    };

    it('says whose approval is missing, who may give it, since when and until when', async () => {
      const asking = someAsking({ expiresMilliseconds: 3_600_000, otherwise: 'refuse' });
      const plan = asksFirst(await fake.plan(someRelease('2.0.0')), asking);
      await ran(fake.start(plan, { people }));
      const store = new MemoryStore();
      await addDecision(store, people.decision('grace', plan, 'leads'));
      const found = await waits(store);
      const until = new Date(Date.parse(plan.createdAt) + 3_600_000).toISOString();
      expect(found).to.have.length(1);
      expect(found[0]).to.include({
        role: 'lead',
        count: 2,
        missing: 1,
        until,
        type: `'crossfade approve ${plan.run}'`,
      });
      expect(found[0]).to.deep.include({ said: ['grace'], open: ['linus', 'ada'] });
      const seen = await status({ waits: found });
      expect(seen.inFlight?.waitsFor).to.deep.equal(found);
      expect(seen.advice).to.include({ type: 'crossfade resume local' });
      expect(await shown({ waits: found })).to.match(
        /waits for 1 of 2 approvals by lead, grace did, since .* ago\), until .* UTC \('two leads approve'\): linus or ada types/,
      );
    });

    it('says so of what is asked while traffic is split, and of nothing that comes later', async () => {
      const looks = someItem('looks', { kind: 'sign-off', role: 'lead' }, { moment: 'during' });
      fake.checklist = { ...someChecklist(looks), roles: { lead: ['grace'] } };
      fake.rules = someRules({ decideWithin: '2m' });
      const begun = (step: string) => fake.events.findIndex(({ body }) => body.kind === 'began' && body.step === step);
      await ran(fake.deploy(someRelease('2.0.0'), { people }));
      const store = new MemoryStore();
      const at = async (step: string) => {
        const listed = { approvers: people.approvers, accountsCount: false };
        return waitsOf(foldRun(fake.events.slice(0, begun(step) + 1)), store, listed, fake.clock.now());
      };
      expect(await at('judge-10')).to.deep.equal([]);
      const [waiting] = await at('judge-50');
      expect(waiting).to.include({ item: 'looks', role: 'lead', missing: 1, asks: 'sign-off' });
      expect(Date.parse(waiting?.until ?? '')).to.be.greaterThan(Date.parse(waiting?.since ?? ''));
      // It went back, because nobody decided: nobody is waited for any more.
      expect(await waits(store)).to.deep.equal([]);
    });
  });

  describe('with a run in flight', () => {
    beforeEach(async () => {
      await ran(fake.deploy(someRelease('2.0.0')));
      await fake.deploy(someRelease('3.0.0'));
      fake.world.weights = { api: { blue: 10, green: 90 }, web: { blue: 10, green: 90 } };
      keep(lengthAfter('began', 'judge-10'));
    });

    it('says which, where it is, who executes it, and that a rollback turns it', async () => {
      const seen = await status(lease({ holder: 'alive' }));
      expect(seen.live).to.equal(null);
      expect(seen.inFlight).to.deep.include({
        action: 'deploy',
        version: '3.0.0',
        holderIs: 'alive',
        parked: undefined,
      });
      expect(seen.advice.type).to.equal('crossfade rollback local');
      expect(seen.advice.because).to.contain('within two seconds');
      const lines = await shown(lease({ holder: 'alive' }));
      expect(lines)
        .to.contain('live      split between the slots')
        .and.to.contain('by process 4711 on build-7, which is alive');
      expect(lines).to.contain("at 'judge blue at 10 %' for ");
      expect(lines).to.match(
        /slots {5}green 2\.0\.0, \d of \d replicas healthy; live before\n {12}blue 3\.0\.0, \d of \d/,
      );
    });

    it('whose process is dead, says so, and to undo it while traffic is split', async () => {
      const seen = await status(lease({ holder: 'dead' }));
      expect(seen.inFlight).to.deep.include({ parked: 'its process is dead' });
      expect(seen.advice).to.deep.equal({
        type: 'crossfade rollback local',
        because:
          "nobody is at work and traffic is blue 10 % / green 90 %: this undoes the run; 'crossfade resume local' goes on with it",
      });
    });

    it('that nobody holds says to go on once traffic is whole', async () => {
      fake.world.weights = { api: { blue: 0, green: 100 }, web: { blue: 0, green: 100 } };
      const seen = await status();
      expect(seen.inFlight).to.deep.include({ parked: 'its process has ended without a word', holderIs: 'gone' });
      expect(seen.advice.type).to.equal('crossfade resume local');
    });

    it('of which nothing can be known from here, does not call it dead', async () => {
      expect((await status(lease({ holder: 'unknown' }))).inFlight).to.deep.include({ parked: undefined });
    });
  });

  it('leaves a run alone that is going back by itself, and finishes one that was stopped in it', async () => {
    await ran(fake.deploy(someRelease('2.0.0')));
    fake.fault = (call) => {
      if (call === 'metrics.observe') fake.turn.abort(new Turn('complaints', 'grace', 'rollback'));
    };
    await fake.deploy(someRelease('3.0.0'));
    keep(lengthAfter('undo-began', 'shift-10'));
    const going = await status(lease({ holder: 'alive' }));
    expect(going.inFlight?.turned).to.deep.equal({ because: 'complaints', by: 'grace' });
    expect(going.inFlight?.step).to.contain('putting back: ');
    expect(going.advice.type).to.equal(undefined);
    const stopped = await status(lease({ holder: 'dead' }));
    expect(stopped.advice.type).to.equal('crossfade resume local');
  });

  it('answers without the balancer, from the journals, and says that this is not seen', async () => {
    const silent = { problem: 'the balancer is not there', hint: 'bring it up' };
    const seen = await status({ reading: silent, slots: silent, deadMan: silent });
    expect(seen.live).to.deep.include({ colour: 'blue', version: '1.0.0' });
    expect(seen.unanswered).to.equal('the balancer is not there');
    expect(seen.warnings.join()).to.contain('told by the journals, not seen');
    expect(seen.advice).to.deep.equal({ type: 'crossfade doctor local', because: 'bring it up' });
    expect(await shown({ reading: silent, slots: silent })).to.contain('traffic   not seen: the balancer is not there');
  });

  it('fault 40: says how a balancer that is gone is started again, whatever is in flight', async () => {
    const gone = { problem: 'nobody listens', hint: undefined, mendedByUp: true } as const;
    const advice = {
      type: 'eval "$(crossfade env local)" && pulumi up --stack local',
      because: 'starts the balancer again, with the weights as they were',
    };
    expect((await status({ reading: gone, slots: gone, deadMan: gone })).advice).to.deep.equal(advice);
    await fake.deploy(someRelease('2.0.0'));
    keep(lengthAfter('began', 'shift-10'));
    const seen = await status({ ...lease({ holder: 'dead' }), reading: gone, slots: gone, deadMan: gone });
    expect(seen.inFlight?.version).to.equal('2.0.0');
    expect(seen.advice).to.deep.equal(advice);
  });

  it('fault 10: notices traffic that was moved outside of any run', async () => {
    await ran(fake.deploy(someRelease('2.0.0')));
    fake.world.weights = { api: { blue: 100, green: 0 }, web: { blue: 100, green: 0 } };
    const seen = await status();
    expect(seen.live).to.deep.include({ colour: 'blue', version: '1.0.0', since: undefined });
    expect(seen.warnings).to.deep.equal([
      'blue is live, but the newest run left green live: traffic was moved outside of a run',
    ]);
    fake.world.weights = { api: { blue: 100, green: 0 }, web: { blue: 0, green: 100 } };
    expect((await status()).warnings.join()).to.contain('mixed');
    fake.world.weights = { api: { blue: 30, green: 70 }, web: { blue: 30, green: 70 } };
    expect((await status()).warnings).to.deep.equal([
      'traffic is blue 30 % / green 70 %, the newest run left blue 0 % / green 100 %',
    ]);
  });

  it('fault 10: names the one command for split traffic that no run owns, and what it rests on', async () => {
    await ran(fake.deploy(someRelease('2.0.0')));
    fake.world.weights = { api: { blue: 30, green: 70 }, web: { blue: 30, green: 70 } };
    const { advice } = await status();
    expect(advice.type).to.equal('crossfade rollback local');
    expect(advice.because).to.contain('gives green all of it').and.to.contain('by the records green was live last');
    history.unshift({ run: 'r9', state: undefined, problem: 'event 3: altered' });
    expect((await status()).advice.because).to.contain('no run that can be read owns the traffic');
    const lost = await status({ history: [], unproven: { blue: 'blue: no records', green: 'green: no records' } });
    expect(lost.advice.type).to.equal('crossfade rollback local --slot COLOUR');
    expect(lost.advice.because).to.contain('nothing tells which slot was live before');
  });

  it('shouts when a run could not go back', async () => {
    const state = history[0]!.state!;
    const ended = {
      outcome: 'rollback-failed',
      because: 'the balancer is gone',
      weights: null,
      live: null,
      at: state.last,
    } as const;
    history.unshift({ run: 'r9', state: { ...state, run: 'r9', ended }, problem: undefined });
    expect(await shown()).to.contain('WARNING   run r9 FAILED TO GO BACK: the balancer is gone');
  });

  it('shows a journal that cannot be read as a warning, and answers all the same', async () => {
    history.unshift({ run: 'r9', state: undefined, problem: 'event 3: altered' });
    const seen = await status();
    expect(seen.live).to.deep.include({ version: '1.0.0' });
    expect(seen.warnings).to.deep.equal([
      "run r9 can't be read, so whether it has ended isn't known: event 3: altered",
    ]);
  });

  it('says which process is at work on a run that cannot be read', async () => {
    history.unshift({ run: 'r9', state: undefined, problem: 'event 3: altered' });
    const held = lease();
    expect((await status(held)).warnings.join()).to.contain('process 4711 on build-7 holds the lease for it');
  });

  it('passes on what else of the store cannot be read', async () => {
    expect((await status({ unread: ['the lease is not JSON'] })).warnings).to.deep.equal([
      "a record can't be read: the lease is not JSON",
    ]);
  });

  it('before the first up says how to bring the environment up', async () => {
    const seen = await status({ known: false, history: [], reading: { problem: 'never up', hint: undefined } });
    expect(seen.advice.type).to.equal('eval "$(crossfade env local)" && pulumi up --stack local');
    expect(seen.warnings).to.deep.equal([]);
  });

  it('before the first release says that nothing is live', async () => {
    fake = new FakeRun();
    const seen = await status({ history: [] });
    expect(seen.live).to.equal(null);
    expect(seen.advice.type).to.equal('crossfade deploy local VERSION');
    expect(await shown({ history: [] })).to.contain('live      nothing');
  });

  it('says what restoring would lose, as the database counts it, and otherwise since when', async () => {
    const { name } = fake.events.flatMap(({ body }) =>
      body.kind === 'passed' && body.step === 'back-up' ? [{ name: body.evidence['name'] as string }] : [],
    )[0]!;
    expect(await shown()).to.contain(`restoring ${name} would lose what was written since`);
    const tables = [{ name: 'public.orders', rows: 12, writes: { inserted: 12, updated: 0, deleted: 0 } }];
    const loss = { rows: 12, minutes: 42, walBytes: 3_100, tables, migrations: [], because: 'counted' };
    const priced = { price: { backup: name, loss: { value: loss } } };
    expect(await shown(priced)).to.contain(
      `restoring ${name} would lose 12 rows written in 1 table, 42 min of writes, 3100 bytes of write-ahead log`,
    );
    expect((await status(priced)).price).to.include({ rows: 12, minutes: 42, backup: name });
    const silent = { price: { backup: name, loss: { problem: 'no answer', hint: undefined } } };
    expect(await shown(silent)).to.contain('would lose what was written since');
  });

  it('says in capitals that users get the maintenance page, by whom, and until when', async () => {
    const state = {
      owner: 'grace',
      because: 'a restore',
      since: '2026-01-01T00:00:00Z',
      remainingMilliseconds: 720_000,
    };
    expect(await shown({ maintenance: { value: state } })).to.match(
      /PAGE ON {3}users get the maintenance page since .* by grace: a restore; it ends by itself in 12 min/,
    );
    expect((await status({ maintenance: { value: state } })).advice.type).to.equal('crossfade maintenance off local');
    expect(await shown()).not.to.contain('PAGE ON');
  });
});
