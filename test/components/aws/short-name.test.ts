import { expect } from 'chai';
import fc from 'fast-check';
import { shortForAutonaming, shortName } from '../../../components/aws/short-name.js';

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,80}[a-z0-9]$/);

describe('shortName', () => {
  it('leaves a name that fits as it is', () => {
    expect(shortName('shop-production', 32)).to.equal('shop-production');
  });

  it('fault 54: is never too long, ends in no dash, and is the same each time', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 10, max: 40 }), (name, longest) => {
        const short = shortName(name, longest);
        expect(short.length).to.be.at.most(longest);
        expect(short).to.match(/[a-z0-9]$/);
        expect(shortName(name, longest)).to.equal(short);
      }),
    );
  });

  it('keeps names apart that begin alike', () => {
    const [one, other] = ['a', 'b'].map((end) => shortName(`shop-production-administration-${end}`, 24));
    expect(one).to.not.equal(other);
    expect(one).to.match(/^shop-production-a.*-[0-9a-f]{6}$/);
  });
});

describe('shortForAutonaming', () => {
  it("leaves room for Pulumi's dash and seven digits", () => {
    fc.assert(fc.property(names, (name) => `${shortForAutonaming(name, 32)}-1a2b3c4`.length <= 32));
  });
});
