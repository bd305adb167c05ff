import { expect } from 'chai';
import { resultsOf } from '../../cli/checklist/results-of.js';
import type { Bound } from '../../contract/bound.js';
import type { Verdict } from '../../contract/verdict.js';
import { foldRun } from '../../journal/fold.js';
import { plannedRules } from '../../pipeline/planned-rules.js';
import { withLimitsOf } from '../../pipeline/watched-metrics.js';
import { someChecklist, someItem } from '../support/fake-questions.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { someRelease, someRules } from '../support/product.js';

const during = { moment: 'during' as const };
const bound = (comparison: Bound['comparison'], value: number, unit: Bound['unit'] = 'percent', than?: 'live') => ({
  comparison,
  value,
  unit,
  ...(than ? { than } : {}),
});
const errors = (more: Record<string, unknown>) => ({ kind: 'metric', metric: 'error-rate', ...more });
const next = someRelease('2.0.0');

describe('a metric of the checklist that the balancer counts', () => {
  const limits = (...items: Parameters<typeof someItem>[1][]) => {
    const checklist = someChecklist(...items.map((check, index) => someItem(`i${index}`, check, during)));
    return withLimitsOf(plannedRules(someRules()), checklist).limits;
  };

  it('makes the rules stricter, never looser', () => {
    const usual = limits();
    expect(limits(errors({ pass: bound('below', 0.5), rollback: bound('above', 1) })).errorPercent).to.deep.equal({
      ...usual.errorPercent,
      pass: 0.5,
      fail: 1,
    });
    expect(limits(errors({ pass: bound('below', 5), rollback: bound('above', 10) }))).to.deep.equal(usual);
    const worse = {
      kind: 'metric',
      metric: 'latency',
      statistic: 'p95',
      rollback: bound('above', 20, 'percent', 'live'),
    };
    expect(limits(worse).p95Milliseconds).to.include({ failWorseByPercent: 20 });
  });

  it('never has a success beyond the line of the way back', () => {
    expect(limits(errors({ rollback: bound('above', 0.4) })).errorPercent).to.include({ pass: 0.4, fail: 0.4 });
  });

  it('raises its alarm by plain figures, once a share, and moves nothing', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.rules = someRules({ limits: { errorPercent: { pass: 5, fail: 10 } } });
    fake.world.behaviours['2.0.0'] = { errorPercent: 4 };
    const low = someItem('low', errors({ alarm: bound('above', 1) }), during);
    const high = someItem('high', errors({ alarm: bound('above', 9) }), during);
    fake.checklist = someChecklist(low, high);
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    const alarms = fake.events.flatMap(({ body }) =>
      body.kind === 'noted' && body.evidence['alarm'] === true ? [`${body.step}: ${body.message}`] : [],
    );
    expect(alarms.length).to.equal(new Set(alarms.map((alarm) => alarm.split(':')[0])).size);
    expect(alarms[0]).to.match(/^judge-10: alarm: low: error-rate of .*[34][.\d]*%/);
    expect(alarms.join()).not.to.contain('high');
  });

  it('is none where it speaks of a part, another unit or the other direction', () => {
    const usual = limits();
    expect(limits(errors({ of: 'api', rollback: bound('above', 0.1) }))).to.deep.equal(usual);
    expect(limits(errors({ rollback: bound('above', 1, 'count') }))).to.deep.equal(usual);
    expect(limits(errors({ pass: bound('above', 1) }))).to.deep.equal(usual);
  });

  it("takes a release back at the team's own line, which the stack file doesn't have", async () => {
    const release = someRelease('3.0.0');
    const outcome = async (checklist: boolean) => {
      const fake = await withLive(someRelease('1.0.0'));
      fake.rules = someRules({ limits: { errorPercent: { pass: 5, fail: 10 } } });
      fake.world.behaviours['3.0.0'] = { errorPercent: 4 };
      const line = someItem('errors', errors({ pass: bound('below', 1), rollback: bound('above', 2) }), during);
      fake.checklist = checklist ? someChecklist(line) : undefined;
      return (await fake.deploy(release)).outcome;
    };
    expect(await outcome(false)).to.equal('completed');
    expect(await outcome(true)).to.equal('rolled-back');
  });
});

describe('a metric of the checklist from another source', () => {
  const queue = {
    kind: 'metric',
    metric: 'queue',
    pass: bound('below', 10, 'count'),
    rollback: bound('above', 100, 'count'),
  };

  async function watching(check: unknown = queue, changes: Parameters<typeof someItem>[2] = {}): Promise<FakeRun> {
    const fake = await withLive(someRelease('1.0.0'));
    const source = { json: 'http://127.0.0.1:1/', at: '/queue', unit: '' };
    const sources = { metrics: { queue: source }, services: {}, onCall: {}, freezes: [], authorities: [] };
    fake.checklist = { ...someChecklist(someItem('queue', check, { ...during, ...changes })), sources };
    return fake;
  }
  const says = (answer: Verdict['answer'], evidence: Verdict['evidence'] = {}): Verdict => ({
    answer,
    because: `queue is ${answer}`,
    evidence: { alarm: false, rollback: false, ...evidence },
  });
  const result = (fake: FakeRun) => resultsOf(fake.checklist ?? someChecklist(), foldRun(fake.events))[0];

  it('is read again and again while traffic is split and in the bake, and lets a good release through', async () => {
    const fake = await watching();
    fake.questions.answers['queue'] = says('yes');
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    expect(fake.questions.asked.length).to.be.greaterThan(8);
    expect(result(fake)).to.include({ answer: 'yes', because: 'queue is yes' });
    const plan = await fake.plan(someRelease('3.0.0'));
    const watched = plan.steps.filter(({ arguments: said }) => said['items'] !== undefined).map(({ id }) => id);
    expect(watched).to.deep.equal(['judge-10', 'judge-50', 'bake']);
  });

  it('takes a release back at its line, and quarantines it', async () => {
    const fake = await watching();
    fake.questions.answers['queue'] = says('no', { rollback: true });
    const ended = await fake.deploy(next);
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('queue: queue is no');
    expect(fake.quarantined).not.to.deep.equal([]);
    expect(result(fake)).to.include({ answer: 'no' });
  });

  it('goes back only when a bad value lasts as long as it says', async () => {
    const fake = await watching({ ...queue, over: 60_000 });
    let reads = 0;
    fake.questions.answers['queue'] = () => {
      reads += 1;
      return Promise.resolve(reads % 3 === 0 ? says('yes') : says('no', { rollback: true }));
    };
    fake.rules = someRules({ unknownFor: '30m' });
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    fake.questions.answers['queue'] = says('no', { rollback: true });
    const before = fake.clock.monotonic();
    expect((await fake.deploy(someRelease('3.0.0'))).outcome).to.equal('rolled-back');
    expect(fake.clock.monotonic() - before).to.be.at.least(60_000);
  });

  it('between its lines holds the share, and at the limit goes back', async () => {
    const fake = await watching();
    fake.questions.answers['queue'] = says('unknown');
    const ended = await fake.deploy(next);
    expect(ended.outcome).to.equal('rolled-back');
    expect(ended.because).to.contain('still unknown after 5 min: queue: queue is unknown');
    expect(fake.world.effects.join()).not.to.contain('green 50 %');
  });

  it('that can not be read is unknown, and keeps nobody from seeing errors at once', async () => {
    const fake = await watching();
    fake.questions.answers['queue'] = () => new Promise(() => undefined);
    fake.world.behaviours['2.0.0'] = { errorPercent: 50 };
    const ended = await fake.deploy(next);
    expect(ended.outcome).to.equal('rolled-back');
    expect(ended.because).to.contain('error rate');
    const quiet = await watching();
    quiet.questions.answers['queue'] = () => new Promise(() => undefined);
    expect((await quiet.deploy(next)).because).to.contain('queue: no answer within 10 s');
  });

  it('that raises an alarm is told once, and moves nothing', async () => {
    const { rollback: _rollback, pass: _pass, ...rest } = queue;
    const fake = await watching({ ...rest, alarm: bound('above', 50, 'count') });
    fake.questions.answers['queue'] = says('no', { alarm: true });
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    const alarms = fake.events.flatMap(({ body }) =>
      body.kind === 'noted' && body.step === 'judge-10' ? [body.message] : [],
    );
    expect(alarms).to.deep.equal(['alarm: queue: queue is no']);
  });

  it('raises its alarm only when it lasts as long as it says', async () => {
    const { rollback: _rollback, pass: _pass, ...rest } = queue;
    const fake = await watching({ ...rest, alarm: bound('above', 50, 'count'), over: 60_000 });
    const began = fake.clock.monotonic();
    const told: number[] = [];
    let read: number | undefined;
    fake.questions.answers['queue'] = () => {
      read ??= fake.clock.monotonic() - began;
      return Promise.resolve(says('no', { alarm: true }));
    };
    fake.journalFault = (body) => {
      if (body.kind === 'noted') told.push(fake.clock.monotonic() - began);
    };
    fake.rules = someRules({ hold: '3m' });
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    expect((told[0] ?? 0) - (read ?? 0)).to.be.within(60_000, 75_000);
  });

  it('that is optional is recorded, and stops nothing', async () => {
    const fake = await watching(queue, { optional: true });
    fake.questions.answers['queue'] = says('no', { rollback: true });
    expect((await fake.deploy(next)).outcome).to.equal('completed');
    expect(result(fake)).to.include({ answer: 'no' });
  });
});
