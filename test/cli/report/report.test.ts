import { expect } from 'chai';
import type { Event } from '../../../contract/event.js';
import { reportOf, type Proof } from '../../../cli/report/report.js';
import { journals, reworded } from '../../support/journals.js';

const proof: Proof = { head: undefined, findings: [], provenTo: undefined };

describe('reportOf', () => {
  it('gives the weights over time as the balancer was read', async () => {
    const { shares, began } = reportOf(await journals.completed(), proof);
    expect(shares.map(({ weights }) => weights?.green)).to.deep.equal([0, 10, 50, 100, 100]);
    expect(shares[0]?.at).to.equal(began);
    expect(shares.map(({ at }) => at)).to.deep.equal(shares.map(({ at }) => at).sort((one, other) => one - other));
  });

  it('begins a first release with no slot open', async () => {
    const { shares, title, live } = reportOf(await journals.first(), proof);
    expect(title).to.equal('Deploy 1.0.0 to local');
    expect(shares.map(({ weights }) => weights?.blue ?? null)).to.deep.equal([null, 100, 100]);
    expect(live).to.deep.equal({ colour: 'blue', version: '1.0.0' });
  });

  it('judges each share with the values of both slots and the rule', async () => {
    const { judgements, judged, back } = reportOf(await journals.rolledBack(), proof);
    expect(judgements).to.have.length(1);
    const [{ percent, answer, services }] = judgements as [(typeof judgements)[number]];
    expect({ percent, answer }).to.deep.equal({ percent: 10, answer: 'no' });
    const [failed, p50, p95] = services.find(({ name }) => name === 'api')!.metrics;
    expect(failed?.slot).to.be.closeTo(5, 1);
    expect(failed).to.deep.include({ live: 0, limit: { pass: 1, fail: 2, failWorseByPercent: 100 } });
    expect(failed?.verdict?.answer).to.equal('no');
    expect(p50).to.include({ unit: 'ms', verdict: undefined });
    expect(p95?.limit).to.deep.equal({ failWorseByPercent: 50 });
    expect(p95?.slot)
      .to.be.a('number')
      .and.closeTo(p95?.live ?? 0, 2);
    expect(judged.errors).to.be.above(5);
    expect(back?.milliseconds).to.be.within(1, 1_000);
  });

  it('shows the slower of two slots by its percentiles', async () => {
    const { judgements, outcome } = reportOf(await journals.slow(), proof);
    const p95 = judgements[0]!.services[0]!.metrics[2]!;
    expect(p95.slot! / p95.live!).to.be.closeTo(1.6, 0.05);
    expect(outcome.because).to.contain('p95');
  });

  it('lists every step of the plan with what became of it', async () => {
    const { steps, gates } = reportOf(await journals.neverHealthy(), proof);
    const states = Object.fromEntries(steps.map(({ id, state }) => [id, state]));
    expect(states).to.include({
      'back-up': 'passed',
      provision: 'failed',
      'shift-10': 'not reached',
      bake: 'not reached',
    });
    expect(steps.find(({ id }) => id === 'provision')).to.deep.include({
      because: 'api of green is not healthy within 30 s',
      undone: 'left: green stands without traffic',
    });
    expect(steps.find(({ id }) => id === 'back-up')?.undone).to.match(/^kept: before-run-/);
    expect(gates.map(({ answer }) => answer)).to.deep.equal(gates.map(() => 'yes'));
  });

  it('keeps what a gate refused and who waived it apart', async () => {
    const gate = (events: readonly Event[]) => {
      return reportOf(events, proof).gates.find(({ id }) => id === 'gate-settings-present');
    };
    expect(gate(await journals.refused())).to.deep.include({ answer: 'no', waived: undefined });
    const waived = gate(await journals.waived());
    expect(waived?.answer).to.equal('no');
    expect(waived?.waived).to.include({ by: 'grace', because: 'set by hand' });
  });

  it('says of a journal without an end that it is unfinished', async () => {
    const { outcome, live, steps } = reportOf(await journals.unfinished(), proof);
    expect(outcome.words).to.equal('Unfinished');
    expect(live).to.equal(undefined);
    expect(steps.find(({ id }) => id === 'judge-10')?.state).to.equal('unfinished');
  });

  it('counts a step that was interrupted and resumed from its first beginning', async () => {
    const events = await journals.resumed();
    const step = reportOf(events, proof).steps.find(({ id }) => id === 'judge-10');
    const began = events.find(({ body }) => body.kind === 'began' && body.step === 'judge-10');
    expect(step).to.include({ state: 'passed', began: Date.parse(began!.at) });
  });

  it('names a rollback by where it went', async () => {
    expect(reportOf(await journals.rollback(), proof)).to.deep.include({
      title: 'Roll local back to 1.0.0',
      live: { colour: 'blue', version: '1.0.0' },
      gates: [],
    });
  });

  it('names a run that moves no traffic by its slot', async () => {
    expect(reportOf(await journals.retired(), proof)).to.deep.include({
      title: 'Retire blue of local',
      judgements: [],
    });
  });

  it('shows a judgement whose evidence it does not know by its words alone', async () => {
    const events = reworded(await journals.completed(), (body) => {
      return body.kind === 'judged' || body.kind === 'passed' ? { ...body, evidence: { services: 'elsewhere' } } : body;
    });
    const { judgements } = reportOf(events, proof);
    expect(judgements).to.have.length(3);
    expect(judgements[0]).to.deep.include({ answer: 'yes', services: [] });
    expect(judgements[0]?.because).to.contain('error rate 0 %');
  });

  it('refuses what does not begin with a plan', async () => {
    const events = await journals.first();
    expect(() => reportOf(events.slice(1), proof)).to.throw('a journal begins with its plan');
    expect(() => reportOf([], proof)).to.throw('a journal begins with its plan');
  });
});
