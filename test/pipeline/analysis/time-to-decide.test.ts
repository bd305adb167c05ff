import { expect } from 'chai';
import { describeTimeToDecide, requestsToDecide, timeToDecide } from '../../../pipeline/analysis/time-to-decide.js';
import { asking } from '../../support/observed.js';

describe('timeToDecide', () => {
  it('is the requests by the pace of the share', () => {
    expect(timeToDecide({ requests: 667, requestsPerSecond: 10, percent: 10 })).to.equal(667_000);
    expect(timeToDecide({ requests: 667, requestsPerSecond: 10, percent: 100 })).to.equal(66_700);
  });

  it('is undefined without traffic', () => {
    expect(timeToDecide({ requests: 667, requestsPerSecond: 0, percent: 10 })).to.equal(undefined);
    expect(timeToDecide({ requests: 667, requestsPerSecond: 10, percent: 0 })).to.equal(undefined);
    expect(timeToDecide({ requests: 667, requestsPerSecond: NaN, percent: 10 })).to.equal(undefined);
  });

  it('reads as people say it', () => {
    expect(describeTimeToDecide({ requests: 667, requestsPerSecond: 10, percent: 10 })).to.equal(
      'about 11.1 min at 10 %',
    );
    expect(describeTimeToDecide({ requests: 667, requestsPerSecond: 0, percent: 10 })).to.equal(
      'never at 10 %: no traffic',
    );
  });
});

describe('requestsToDecide', () => {
  it('is what tells pass from fail', () => {
    const { rules } = asking({ errorPercent: { pass: 1, fail: 2 } });
    expect(requestsToDecide(rules)).to.equal(1_800);
  });

  it('is the minimum where that is more, and where there is nothing to tell apart', () => {
    expect(requestsToDecide(asking({ errorPercent: { pass: 1, fail: 50 } }).rules)).to.equal(300);
    expect(requestsToDecide(asking({ errorPercent: { pass: 1 } }).rules)).to.equal(300);
    expect(requestsToDecide(asking({ errorPercent: { pass: 1, fail: 1 } }).rules)).to.equal(300);
  });
});
