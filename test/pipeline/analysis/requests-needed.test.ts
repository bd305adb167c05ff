import { expect } from 'chai';
import fc from 'fast-check';
import { binomialTail } from '../../../pipeline/analysis/binomial-tail.js';
import { requestsNeeded } from '../../../pipeline/analysis/requests-needed.js';

describe('requestsNeeded', () => {
  // computed apart, with another program: exact one-sided binomial tests of power 90 %
  const known: readonly [number, number, number, number, number][] = [
    [0.01, 0.1, 5_321, 6_679, 9_273],
    [0.1, 0.2, 12_375, 18_596, 26_887],
    [0.1, 0.5, 1_335, 2_105, 2_839],
    [0.1, 1, 531, 667, 926],
    [0.1, 5, 45, 77, 105],
    [1, 2, 1_235, 1_800, 2_630],
    [1, 5, 132, 209, 282],
    [5, 7.5, 800, 1_202, 1_740],
  ];
  for (const [fromPercent, toPercent, ...counts] of known) {
    it(`tells ${fromPercent} % from ${toPercent} % by the numbers known`, () => {
      const found = [0.05, 0.01, 0.001].map((alpha) => requestsNeeded({ fromPercent, toPercent, alpha, power: 0.9 }));
      expect(found).to.deep.equal(counts);
    });
  }

  it('is undefined where no number would do', () => {
    const base = { fromPercent: 1, toPercent: 2, alpha: 0.01, power: 0.9 };
    expect(requestsNeeded({ ...base, toPercent: 1 })).to.equal(undefined);
    expect(requestsNeeded({ ...base, toPercent: 0.5 })).to.equal(undefined);
    expect(requestsNeeded({ ...base, toPercent: 101 })).to.equal(undefined);
    expect(requestsNeeded({ ...base, fromPercent: -1 })).to.equal(undefined);
    expect(requestsNeeded({ ...base, fromPercent: NaN })).to.equal(undefined);
    expect(requestsNeeded({ ...base, alpha: 0 })).to.equal(undefined);
    expect(requestsNeeded({ ...base, power: 1 })).to.equal(undefined);
  });

  it('needs one request to tell never from always', () => {
    expect(requestsNeeded({ fromPercent: 0, toPercent: 100, alpha: 0.01, power: 0.9 })).to.equal(1);
  });

  it('has the power and the error that were asked for', () => {
    const rate = fc.double({ min: 0.01, max: 20, noNaN: true });
    fc.assert(
      fc.property(rate, fc.double({ min: 1.5, max: 5, noNaN: true }), (fromPercent, factor) => {
        const toPercent = fromPercent * factor;
        if (toPercent > 100) return;
        const requests = requestsNeeded({ fromPercent, toPercent, alpha: 0.01, power: 0.9 }) ?? NaN;
        let critical = 1;
        while (binomialTail(critical, requests, fromPercent / 100) > 0.01) critical += 1;
        expect(binomialTail(critical, requests, toPercent / 100)).to.be.at.least(0.9 - 1e-9);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});
