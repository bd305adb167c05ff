import { expect } from 'chai';
import { besideCosts } from '../../../cli/duties/beside-costs.js';
import { dutiesOf } from '../../../cli/duties/duties-of.js';
import type { DutyFacts } from '../../../cli/duties/duty-facts.js';
import { standingOf } from '../../../cli/duties/standing-of.js';
import { dutyLines } from '../../../cli/print/duty-lines.js';
import { dutiesConfigurationSchema, type DutyLine } from '../../../contract/duty.js';
import { parse } from '../../../contract/parse.js';
import { foldRun } from '../../../journal/fold.js';
import type { RunState } from '../../../journal/run-state.js';
import { someChecklist, someItem } from '../../support/fake-questions.js';
import { withLive, type FakeRun } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

const hour = 3_600_000;
const after = { moment: 'after', due: 24 * hour } as const;
const trends = someItem('trends', { kind: 'command', script: 'true', shell: 'sh', exit: 0, timeout: 1_000 }, after);
const report = someItem('report', { kind: 'sign-off', role: 'on-call' }, { ...after, due: 48 * hour, role: 'on-call' });
const told = someItem('told', { kind: 'message', at: 'completed', to: ['chat'], template: 'x' }, after);

describe('duties after a release', () => {
  let fake: FakeRun;
  let state: RunState;
  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    fake.checklist = someChecklist(trends, report, told);
    expect((await fake.deploy(someRelease('2.0.0'))).outcome).to.equal('completed');
    state = foldRun(fake.events);
  });

  const at = (hours: number): Date => new Date(Date.parse(state.ended?.at ?? '') + hours * hour);
  const duties = (hours: number, changes: Partial<DutyFacts> = {}) =>
    dutiesOf({
      state,
      lines: [],
      standing: 'live',
      configuration: { retireAfter: (48 * hour) as DutyFacts['configuration']['retireAfter'], retire: 'person' },
      besideCosts: '3 replicas stand idle',
      now: at(hours),
      ...changes,
    });
  const words = (hours: number, changes: Partial<DutyFacts> = {}): string[] =>
    duties(hours, changes).map(({ id, status }) => `${id} ${status}`);
  const line = (said: Record<string, unknown>): DutyLine =>
    ({ format: 1, at: at(25).toISOString(), by: 'ada', because: 'seen', evidence: {}, ...said }) as DutyLine;

  it('are what the checklist has for afterwards, and the other slot; what is told or recorded is none', () => {
    expect(words(1)).to.deep.equal(['trends later', 'report later', 'retire-blue later']);
    const [first] = duties(1);
    expect(first).to.deep.include({ owner: 'engineer', kind: 'check', version: '2.0.0', due: at(24).toISOString() });
  });

  it('are late when a check says no, when nobody has asked it, and when a person is over the time', () => {
    expect(words(24.1)[0]).to.equal('trends due');
    expect(words(24.6)[0]).to.equal('trends late');
    expect(words(24.1, { lines: [line({ kind: 'asked', duty: 'trends', answer: 'no' })] })[0]).to.equal('trends late');
    expect(words(24.1, { lines: [line({ kind: 'asked', duty: 'trends', answer: 'unknown' })] })[0]).to.equal(
      'trends due',
    );
    expect(words(48.1)[1]).to.equal('report late');
  });

  it('are done by a yes, or by somebody who says so', () => {
    const lines = [line({ kind: 'asked', duty: 'trends', answer: 'yes' }), line({ kind: 'done', duty: 'report' })];
    expect(words(60, { lines }).slice(0, 2)).to.deep.equal(['trends done', 'report done']);
    expect(dutyLines(duties(60, { lines }), at(60))[1]).to.equal(
      'done     report: item report (on-call, was due 12 h ago): seen, by ada',
    );
  });

  it('let the other slot go only after what was due by then, and show what waiting costs', () => {
    const [, , waiting] = duties(50);
    expect(waiting).to.include({ id: 'retire-blue', status: 'waiting' });
    expect(waiting?.because).to.equal('waits for trends, report; it stands beside for 2.1 d: 3 replicas stand idle');
    const lines = [line({ kind: 'asked', duty: 'trends', answer: 'yes' }), line({ kind: 'done', duty: 'report' })];
    const [, , due] = duties(50, { lines });
    expect(due?.because).to.contain("'crossfade slot destroy local blue'");
    expect(words(50, { lines })[2]).to.equal('retire-blue due');
    expect(words(80, { lines })[2]).to.equal('retire-blue late');
    expect(words(80, { lines, besideCosts: undefined })[2]).to.equal('retire-blue done');
    expect(words(80, { lines: [...lines, line({ kind: 'done', duty: 'retire-blue' })] })[2]).to.equal(
      'retire-blue done',
    );
  });

  it('do not call a slot the way back that has got another release since', () => {
    const titleOf = (besideHolds: string): string | undefined => duties(1, { besideHolds })[2]?.title;
    const { version } = state.plan.previous ?? { version: '?' };
    expect(titleOf(version)).to.equal(`retire blue, the way back to ${version}`);
    expect(titleOf('2.1.0')).to.equal(`retire blue, which holds 2.1.0 and is no way back to ${version}`);
  });

  it('have the tag at once, also of a release that was replaced, none of one that went back', () => {
    const configuration = parse(dutiesConfigurationSchema, { tag: { name: '{{environment}}-{{version}}' } }, 'test');
    const tagOf = (hours: number, changes: Partial<DutyFacts> = {}) =>
      duties(hours, { configuration, ...changes }).find(({ kind }) => kind === 'tag');
    expect(tagOf(0)).to.include({ id: 'release-tag', title: 'tag local-2.0.0', status: 'due' });
    expect(tagOf(1)?.status).to.equal('late');
    expect(tagOf(1, { standing: 'replaced' })?.status).to.equal('late');
    expect(tagOf(1, { standing: 'gone' })?.status).to.equal('lapsed');
    expect(tagOf(0, { lines: [line({ kind: 'asked', duty: 'release-tag', answer: 'no' })] })?.status).to.equal('late');
    expect(tagOf(1, { lines: [line({ kind: 'done', duty: 'release-tag' })] })?.status).to.equal('done');
  });

  it('lapse: checks with the release that they are about, signatures only when it went back', () => {
    expect(words(30, { standing: 'replaced' })).to.deep.equal(['trends lapsed', 'report later']);
    expect(words(30, { standing: 'gone' })).to.deep.equal(['trends lapsed', 'report lapsed']);
  });

  it('know what became of a release by the runs after it', async () => {
    const newer: RunState[] = [];
    const next = async (work: Promise<unknown>): Promise<void> => {
      await work;
      newer.push(foldRun(fake.events));
    };
    fake.checklist = undefined;
    expect(standingOf(state, [])).to.equal('live');
    fake.world.behaviours['3.0.0'] = { errorPercent: 50 };
    await next(fake.deploy(someRelease('3.0.0')));
    expect(standingOf(state, newer)).to.equal('live');
    await next(fake.deploy(someRelease('4.0.0')));
    expect(standingOf(state, newer)).to.equal('replaced');
  });

  it('are gone when somebody rolls back', async () => {
    await fake.rollback();
    expect(standingOf(state, [foldRun(fake.events)])).to.equal('gone');
  });

  it('cost on AWS what Fargate asks for the replicas that stand idle', async () => {
    const slot = await fake.platform.slots.state('blue');
    const { outputs } = state.plan;
    expect(besideCosts(slot, outputs)).to.equal('3 replicas stand idle');
    expect(besideCosts({ ...slot, standing: false }, outputs)).to.equal(undefined);
    const aws = { ...outputs, platform: 'aws' } as unknown as Parameters<typeof besideCosts>[1];
    // A quarter of a vCPU and half a GB each: 3 × 24 × (0.25 × 0.04048 + 0.5 × 0.004445) dollars.
    expect(besideCosts(slot, aws)).to.contain('about $0.89 a day');
  });
});
