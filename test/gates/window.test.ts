import { expect } from 'chai';
import { GateQuestion } from '../support/gate-question.js';

describe('a window of the checklist', () => {
  const ask = (now: string, window: Record<string, unknown>, changes: Partial<GateQuestion> = {}) => {
    const question = Object.assign(new GateQuestion(() => '/'), { now: new Date(now), ...changes });
    return question.ask({ kind: 'window', ...window });
  };
  const berlin = { days: ['tue', 'wed', 'thu'], from: '02:00', to: '05:00', zone: 'Europe/Berlin' };

  it('is open on its days and in its hours, as people there read a clock', async () => {
    expect(await ask('2026-01-06T03:30:00Z', berlin)).to.include({
      answer: 'yes',
      because: 'it is tue 04:30 Europe/Berlin',
    });
    // The same hour in summer is an hour later there.
    expect((await ask('2026-07-07T03:30:00Z', berlin)).because).to.equal(
      'it is tue 05:30 Europe/Berlin, releases begin from 02:00 to 05:00 Europe/Berlin',
    );
    expect((await ask('2026-01-05T03:30:00Z', berlin)).because).to.contain('it is mon');
    // Still Monday in New York.
    expect((await ask('2026-01-06T03:30:00Z', { days: ['mon'], zone: 'America/New_York' })).answer).to.equal('yes');
  });

  it('goes on past midnight, and belongs to the day on which it has opened', async () => {
    const night = { days: ['fri'], from: '22:00', to: '02:00' };
    expect((await ask('2026-01-09T23:00:00Z', night)).answer).to.equal('yes');
    expect((await ask('2026-01-10T01:59:00Z', night)).answer).to.equal('yes');
    expect((await ask('2026-01-10T23:00:00Z', night)).answer).to.equal('no');
    expect((await ask('2026-01-09T01:00:00Z', night)).answer).to.equal('no');
  });

  it('is shut in a freeze, whatever the hour', async () => {
    const freezes = [{ from: '2026-12-20T00:00:00Z', to: '2027-01-04T00:00:00Z', because: 'the holidays' }];
    const frozen = await ask('2026-12-22T10:00:00Z', {}, { sources: { freezes } });
    expect(frozen).to.include({
      answer: 'no',
      because: 'nothing is released until 2027-01-04T00:00:00Z: the holidays',
    });
    expect((await ask('2027-01-04T00:00:00Z', {}, { sources: { freezes } })).answer).to.equal('yes');
  });

  it('wants an announcement that is old enough', async () => {
    const window = { announced: 48 * 3_600_000 };
    const asked = (announced: string | undefined) => ask('2026-01-06T10:00:00Z', window, { announced });
    expect((await asked('2026-01-04T10:00:00Z')).answer).to.equal('yes');
    expect((await asked('2026-01-05T10:00:00Z')).because).to.equal('announced only at 2026-01-05T10:00:00Z');
    expect((await asked(undefined)).because).to.equal('nobody has announced it');
  });

  it('is unknown where its zone or its hours are none', async () => {
    expect((await ask('2026-01-06T10:00:00Z', { zone: 'Mars/Olympus' })).answer).to.equal('unknown');
    expect((await ask('2026-01-06T10:00:00Z', { from: '25:00' })).answer).to.equal('unknown');
  });
});
