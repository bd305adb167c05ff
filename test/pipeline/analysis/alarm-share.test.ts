import { expect } from 'chai';
import { alarmShare } from '../../../pipeline/analysis/alarm-share.js';
import { asking } from '../../support/observed.js';

describe('alarmShare', () => {
  it('divides what the rules allow by tests, shares and services', () => {
    const limits = {
      errorPercent: { pass: 1, fail: 2, failWorseByPercent: 50 },
      p95Milliseconds: { failWorseByPercent: 50 },
    };
    expect(alarmShare(asking(limits))).to.be.closeTo(0.01 / 9, 1e-12);
    expect(alarmShare(asking(limits, {}, { services: ['api', 'web'] }))).to.be.closeTo(0.01 / 18, 1e-12);
    expect(alarmShare(asking(limits, { weights: [100], falseAlarmPercent: 3 }))).to.be.closeTo(0.01, 1e-12);
  });

  it('counts no test for a limit that says no to nothing', () => {
    expect(alarmShare(asking({ errorPercent: { pass: 1 } }, { weights: [100] }))).to.equal(0.01);
  });
});
