import { expect } from 'chai';
import { shareFits } from '../../../../platforms/local/share-fits.js';
import { SeededRandom } from '../../../support/seeded-random.js';

describe('Whether a share fits', () => {
  it('is a fact at 0 % and 100 %', () => {
    expect([
      shareFits(0, 500, 0),
      shareFits(1, 500, 0),
      shareFits(500, 500, 100),
      shareFits(499, 500, 100),
    ]).to.deep.equal([true, false, true, false]);
  });

  it('is the exact binomial interval of 99.9 %', () => {
    // Quantiles at 0.05 % and 99.95 %, by summing the terms exactly: 77 and 123 of 200 at 50 %, 70 and 132 of 1,000 at 10 %.
    expect([76, 77, 123, 124].map((blue) => shareFits(blue, 200, 50))).to.deep.equal([false, true, true, false]);
    expect([69, 70, 132, 133].map((blue) => shareFits(blue, 1_000, 10))).to.deep.equal([false, true, true, false]);
  });

  it('says nothing of no requests, and works for very many', () => {
    expect(shareFits(0, 0, 10)).to.equal(true);
    expect(shareFits(50_100, 100_000, 50)).to.equal(true);
    expect(shareFits(51_000, 100_000, 50)).to.equal(false);
  });

  it('is wrong about true shares no more than once in a thousand', () => {
    const random = new SeededRandom(11);
    for (const percent of [1, 10, 50]) {
      let wrong = 0;
      for (let look = 0; look < 5_000; look += 1) {
        if (!shareFits(random.binomial(300, percent / 100), 300, percent)) wrong += 1;
      }
      expect(wrong, `${percent} %`).to.be.at.most(12);
    }
  });
});
