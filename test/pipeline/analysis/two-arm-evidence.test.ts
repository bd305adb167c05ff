import { expect } from 'chai';
import fc from 'fast-check';
import { twoArmEvidence } from '../../../pipeline/analysis/two-arm-evidence.js';

/** Expected e-value when this many events fall into the slot with this probability each. */
function expectation(events: number, share: number, probability: number): number {
  let sum = 0;
  let chance = (1 - probability) ** events;
  for (let inSlot = 0; inSlot <= events; inSlot += 1) {
    const slot = { requests: 1_000 * share, events: inSlot };
    sum += chance * Math.exp(twoArmEvidence(slot, { requests: 1_000 * (1 - share), events: events - inSlot }));
    chance *= ((events - inSlot) / (inSlot + 1)) * (probability / (1 - probability));
  }
  return sum;
}

describe('twoArmEvidence', () => {
  it('is expected to stay at 1 when the events fall by the share of the requests', () => {
    for (const share of [0.1, 0.5, 0.9]) expect(expectation(30, share, share), String(share)).to.be.closeTo(1, 1e-9);
  });

  it('is expected to fall when the slot is better, to grow when it is worse', () => {
    expect(expectation(30, 0.1, 0.05)).to.be.lessThan(1);
    expect(expectation(30, 0.1, 0.3)).to.be.greaterThan(10);
  });

  it('says nothing without events or without requests', () => {
    expect(twoArmEvidence({ requests: 100, events: 0 }, { requests: 900, events: 0 })).to.equal(0);
    expect(twoArmEvidence({ requests: 0, events: 0 }, { requests: 0, events: 0 })).to.equal(0);
  });

  it('says nothing when only one slot has requests', () => {
    expect(twoArmEvidence({ requests: 100, events: 60 }, { requests: 0, events: 0 })).to.be.closeTo(0, 1e-9);
  });

  it('is not moved by an outage that hits both alike', () => {
    const outage = twoArmEvidence({ requests: 100, events: 50 }, { requests: 900, events: 450 });
    expect(outage).to.be.lessThan(0);
  });

  it('is never on both sides', () => {
    const arm = fc
      .tuple(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([requests, rate]) => ({ requests, events: Math.floor(requests * rate) }));
    fc.assert(
      fc.property(arm, arm, (one, other) => {
        expect(Math.min(twoArmEvidence(one, other), twoArmEvidence(other, one))).to.be.lessThan(Math.log(20));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
