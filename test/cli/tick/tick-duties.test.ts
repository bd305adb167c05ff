import { expect } from 'chai';
import { dutiesOf } from '../../../cli/duties/duties-of.js';
import { tickDuties, type DutyTick } from '../../../cli/tick/tick-duties.js';
import { tickMaintenance } from '../../../cli/tick/tick-maintenance.js';
import { dutiesConfigurationSchema } from '../../../contract/duty.js';
import { canonicalJson } from '../../../contract/json.js';
import { notifySchema } from '../../../contract/notify.js';
import { parse } from '../../../contract/parse.js';
import { PlatformError } from '../../../contract/errors.js';
import { readDuties } from '../../../journal/duties.js';
import { foldRun } from '../../../journal/fold.js';
import { readMaintenanceRecord, recordMaintenance } from '../../../journal/maintenance-record.js';
import { readOutbox } from '../../../journal/outbox.js';
import { FakeQuestions, someChecklist, someItem } from '../../support/fake-questions.js';
import { withLive, type FakeRun } from '../../support/fake-run.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryStore } from '../../support/memory-store.js';
import { someRelease } from '../../support/product.js';

const hour = 3_600_000;
const check = { kind: 'command', script: 'true', shell: 'sh', exit: 0, timeout: 1_000 };

describe('a tick', () => {
  let fake: FakeRun;
  let store: MemoryStore;
  let clock: ManualClock;
  let questions: FakeQuestions;
  let retired: string[];
  let further: Record<string, unknown>;

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    fake.checklist = someChecklist(
      someItem('trends', check, { moment: 'after', due: hour }),
      someItem('report', { kind: 'sign-off', role: 'on-call' }, { moment: 'after', due: 2 * hour, role: 'on-call' }),
    );
    await fake.deploy(someRelease('2.0.0'));
    store = new MemoryStore();
    for (const event of fake.events) await store.append(`journals/${event.run}`, event.sequence, canonicalJson(event));
    clock = new ManualClock();
    questions = new FakeQuestions();
    retired = [];
    further = {};
  });

  const after = (hours: number): void => clock.setWall(new Date(ended() + hours * hour).toISOString());
  const ended = (): number => Date.parse(foldRun(fake.events).ended?.at ?? '');

  function ticking(changes: Partial<DutyTick> & { readonly by?: string; readonly retire?: never } = {}): DutyTick {
    const state = foldRun(fake.events);
    const receivers = { chat: { kind: 'slack', url: 'env:CHAT' } };
    const configuration = {
      product: 'shop',
      notify: parse(notifySchema, { receivers }, 'test'),
      duties: parse(dutiesConfigurationSchema, { retireAfter: '3h', retire: 'tick', ...further }, 'test'),
    } as DutyTick['environment']['configuration'];
    return {
      environment: { store, name: 'local', clock, by: 'cron', configuration },
      platform: fake.platform,
      questions,
      redact: (line) => line,
      async duties() {
        const { lines } = await readDuties(store, 'local', state.run);
        const facts = {
          state,
          lines,
          standing: 'live',
          configuration: configuration.duties,
          now: clock.now(),
        } as const;
        return dutiesOf({ ...facts, besideCosts: retired.length === 0 ? '3 replicas' : undefined });
      },
      retire: (duty) => {
        retired.push(duty.id);
        return Promise.resolve(`did ${duty.title}`);
      },
      tag: () => Promise.reject(new Error('no tag was asked for')),
      dryRun: false,
      ...changes,
    };
  }

  it('does nothing before its time', async () => {
    after(0.5);
    expect(await tickDuties(ticking())).to.deep.equal({ did: [], waits: [] });
    expect(questions.asked).to.deep.equal([]);
  });

  it('asks a check that is due through the port of the gates, and keeps its answer', async () => {
    after(1.1);
    expect((await tickDuties(ticking())).did).to.deep.equal(['asked trends: yes: command says so']);
    expect((await tickDuties(ticking())).did).to.deep.equal([]);
    expect(questions.asked).to.deep.equal(['trends']);
  });

  it('asks it once when two ticks come at the same time', async () => {
    after(1.1);
    const slow = new FakeQuestions();
    let answer: (() => void) | undefined;
    slow.answers['trends'] = () =>
      new Promise((resolve) => {
        answer = () => resolve({ answer: 'yes', because: 'at last', evidence: {} });
      });
    const first = tickDuties(ticking({ questions: slow }));
    while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect((await tickDuties(ticking())).did).to.deep.equal([]);
    answer();
    expect((await first).did).to.deep.equal(['asked trends: yes: at last']);
    expect(questions.asked).to.deep.equal([]);
  });

  it('asks again what could not be asked, and tells those who hear of what is late, once a day', async () => {
    after(1.1);
    questions.answers['trends'] = new PlatformError('the network is gone');
    expect((await tickDuties(ticking())).did).to.deep.equal(['asked trends: unknown: the network is gone']);
    after(2.5);
    questions.answers['trends'] = 'no';
    const { did, waits } = await tickDuties(ticking());
    expect(did).to.deep.equal([
      'asked trends: no: command says so',
      'told chat that trends is late',
      'told chat that report is late',
    ]);
    expect(waits).to.deep.equal([
      'trends (engineer) was due 90 min ago: no: command says so',
      'report (on-call) was due 30 min ago',
    ]);
    await tickDuties(ticking());
    after(27);
    await tickDuties(ticking());
    const { letters } = await readOutbox(store, 'local', foldRun(fake.events).run);
    expect(letters.map(({ message }) => message.id)).to.deep.equal([
      'late-trends-1',
      'late-report-1',
      'late-trends-2',
      'late-report-2',
    ]);
    expect(letters[0]?.message.title).to.equal('local: shop 2.0.0: late: item trends');
  });

  it('retires the other slot once all that was due by then is done, where that is left to it', async () => {
    after(4);
    await tickDuties(ticking());
    expect(retired).to.deep.equal([]);
    const { run } = foldRun(fake.events);
    const done = {
      format: 1,
      kind: 'done',
      duty: 'report',
      at: clock.now().toISOString(),
      by: 'ada',
      because: 'seen',
    } as const;
    await store.append(`duties/local/${run}`, (await readDuties(store, 'local', run)).next, canonicalJson(done));
    expect((await tickDuties(ticking())).did).to.deep.equal(['did retire blue, the way back to 1.0.0']);
    await tickDuties(ticking());
    expect(retired).to.deep.equal(['retire-blue']);
  });

  it('tags what no tag is on yet, until that is done, and tells where it stays undone', async () => {
    further = { tag: {} };
    after(0);
    const answers: (PlatformError | 'no' | 'yes')[] = [new PlatformError('origin is away'), 'no', 'yes'];
    const tag: DutyTick['tag'] = ({ environment }) => {
      const answer = answers.shift();
      if (answer instanceof PlatformError) return Promise.reject(answer);
      if (answer === undefined) throw new Error('it was tagged already');
      return Promise.resolve({ answer, because: `in ${environment}`, evidence: {} });
    };
    expect((await tickDuties(ticking({ dryRun: true }))).did).to.deep.equal(['would tag v2.0.0']);
    expect((await tickDuties(ticking({ tag }))).did).to.deep.equal(['tag v2.0.0: unknown: origin is away']);
    const second = await tickDuties(ticking({ tag }));
    expect(second.did).to.deep.equal(['tag v2.0.0: no: in local', 'told chat that release-tag is late']);
    expect(second.waits[0]).to.match(/^release-tag \(crossfade tick\) .*: no: in local$/);
    expect((await tickDuties(ticking({ tag }))).did).to.deep.equal(['tag v2.0.0: yes: in local']);
    expect(await tickDuties(ticking({ tag }))).to.deep.equal({ did: [], waits: [] });
  });

  it('changes nothing when it only says what it would do', async () => {
    after(4);
    const before = store.appends.length;
    const { did } = await tickDuties(ticking({ dryRun: true }));
    expect(did).to.deep.equal(['would ask trends']);
    expect(store.appends.length).to.equal(before);
  });

  it('ends a maintenance page whose time is over, and leaves one that somebody else has switched on', async () => {
    const at = clock.now().toISOString();
    const until = new Date(clock.now().getTime() + hour).toISOString();
    await recordMaintenance(store, 'local', { format: 1, action: 'on', by: 'ada', because: 'x', at, until });
    const place = { store, name: 'local', clock, by: 'cron' };
    const { maintenance } = fake.platform;
    if (maintenance === undefined) throw new Error('the fake platform has a maintenance page');
    await maintenance.on({ owner: 'ada', because: 'x', forMilliseconds: 10 * hour });
    const tick = () => tickMaintenance(place, { maintenance }, { dryRun: false });
    expect((await tick()).did).to.deep.equal([]);
    clock.setWall(new Date(Date.parse(until) + 1).toISOString());
    expect((await tick()).did).to.deep.equal(['ended the maintenance page']);
    expect(await maintenance.read()).to.equal(undefined);
    expect((await readMaintenanceRecord(store, 'local')).at(-1)).to.include({ action: 'off', by: 'cron' });
    expect((await tick()).did).to.deep.equal([]);
  });
});
