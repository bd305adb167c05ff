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

  describe('that wants an announcement', () => {
    const window = { announced: 48 * 3_600_000 };
    const asked = (announced: string | undefined, announcement: GateQuestion['announcement'] = {}) =>
      ask('2026-01-06T10:00:00Z', window, { announced, announcement });

    it('wants one that is old enough', async () => {
      const { answer, evidence } = await asked('2026-01-04T10:00:00Z');
      expect(answer).to.equal('yes');
      expect(evidence['announced']).to.include({ at: '2026-01-04T10:00:00Z', by: 'ada' });
      expect((await asked('2026-01-05T10:00:00Z')).because).to.equal(
        'announced only 24 h ago, and it has to be 2 d before',
      );
      expect((await asked(undefined)).because).to.equal('nobody has announced it');
    });

    it('is shut before the time that was announced, and after it', async () => {
      const early = await asked('2026-01-01T10:00:00Z', {
        begins: '2026-01-06T12:00:00Z',
        ends: '2026-01-06T13:00:00Z',
      });
      expect(early).to.include({
        answer: 'no',
        because: 'it is announced for 2026-01-06 12:00 to 13:00 UTC, which begins in 2 h',
      });
      const late = await asked('2026-01-01T10:00:00Z', {
        begins: '2026-01-06T09:00:00Z',
        ends: '2026-01-06T10:00:00Z',
      });
      expect(late.because).to.equal('it was announced for 2026-01-06 09:00 to 10:00 UTC, which is over');
    });

    it('takes a line in a record that has reached nobody for no announcement', async () => {
      const nobody = { told: [], untold: ['chat', 'mail'] };
      expect((await asked('2026-01-01T10:00:00Z', nobody)).because).to.equal(
        'it was announced, and chat, mail has not been told yet',
      );
      // Where nobody is configured to hear it, people are told by hand.
      expect((await asked('2026-01-01T10:00:00Z', { told: [], untold: [] })).answer).to.equal('yes');
    });
  });

  it('is unknown where its zone or its hours are none', async () => {
    expect((await ask('2026-01-06T10:00:00Z', { zone: 'Mars/Olympus' })).answer).to.equal('unknown');
    expect((await ask('2026-01-06T10:00:00Z', { from: '25:00' })).answer).to.equal('unknown');
  });
});
