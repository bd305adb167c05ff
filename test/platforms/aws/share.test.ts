import { expect } from 'chai';
import { shareFits } from '../../../platforms/aws/share.js';

describe('shareFits', () => {
  it('does not know without requests', () => {
    expect(shareFits(0, 0, 50, 50)).to.equal('unknown');
  });

  it('does not know from fewer than the minimum, unless they are already on the wrong side', () => {
    expect(shareFits(20, 20, 100, 50)).to.equal('unknown');
    expect(shareFits(19, 20, 100, 50)).to.equal('no');
  });

  it('lets no request go to a slot without weight', () => {
    expect(shareFits(0, 10_000, 0, 50)).to.equal('yes');
    expect(shareFits(1, 10_000, 0, 50)).to.equal('no');
  });

  it('says no beyond the 99.9 % interval', () => {
    // 10 % of 1000: standard deviation 9.49, 3.29 of them are 31.2, and the correction half a request
    expect(shareFits(131, 1_000, 10, 50)).to.equal('yes');
    expect(shareFits(132, 1_000, 10, 50)).to.equal('no');
    expect(shareFits(69, 1_000, 10, 50)).to.equal('yes');
    expect(shareFits(68, 1_000, 10, 50)).to.equal('no');
  });
});
