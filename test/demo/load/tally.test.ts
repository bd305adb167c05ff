import { expect } from 'chai';
import { blame } from '../../../demo/load/blame.js';
import type { LoadFailure, LoadSummary } from '../../../demo/load/lines.js';
import { Tally, type Sent } from '../../../demo/load/tally.js';

function sent(version: string | null, began: number, milliseconds: number, reason?: string): Sent {
  const colour = version === null ? null : 'blue';
  const failure: LoadFailure | undefined =
    reason === undefined ? undefined : { version, colour, at: began, method: 'GET', path: '/', reason };
  return { version, colour, began, milliseconds, ...(failure === undefined ? {} : { failure }) };
}

function summaryOf(tally: Tally): LoadSummary {
  return {
    line: 'summary',
    seconds: 1,
    requests: tally.requests,
    groups: tally.groups(),
    failures: [],
    latestMilliseconds: 0,
  };
}

describe('Tally', () => {
  it('counts requests and failures by who answered', () => {
    const tally = new Tally();
    tally.add(sent('1.0.0', 1_000, 10));
    tally.add(sent('1.0.0', 3_000, 30, '500'));
    tally.add(sent(null, 2_000, 20, 'ECONNRESET'));
    const [first, nobody, ...others] = tally.groups();
    expect(others).to.be.empty;
    expect(first).to.include({ version: '1.0.0', colour: 'blue', requests: 2, firstBegan: 1_000, lastBegan: 3_000 });
    expect(first?.failures).to.deep.equal({ '500': 1 });
    expect(nobody).to.include({ version: null, requests: 1 });
    expect(nobody?.failures).to.deep.equal({ ECONNRESET: 1 });
  });

  it('gives percentiles within a thousandth', () => {
    const tally = new Tally();
    for (let count = 1; count <= 1_000; count += 1) tally.add(sent('1.0.0', 0, count));
    const { p50, p95, p99 } = tally.groups()[0]!.milliseconds;
    expect(p50).to.be.closeTo(500, 1);
    expect(p95).to.be.closeTo(950, 1);
    expect(p99).to.be.closeTo(990, 1);
  });
});

describe('blame', () => {
  it('charges a bad release only with its own answers 5xx', () => {
    const tally = new Tally();
    tally.add(sent('3.0.0', 0, 10, '500'));
    tally.add(sent('3.0.0', 0, 10, '404'));
    tally.add(sent('3.0.0', 0, 10, 'UND_ERR_SOCKET'));
    tally.add(sent('2.0.0', 0, 10, '500'));
    tally.add(sent(null, 0, 10, '502'));
    tally.add(sent('3.0.0', 0, 10));
    expect(blame(summaryOf(tally), ['3.0.0'])).to.deep.equal({ requests: 6, byBadReleases: 1, byTheSwitch: 4 });
  });
});
