import { expect } from 'chai';
import fc from 'fast-check';
import { contains, cut, describeBlock, overlaps, readCidr } from '../../contract/cidr.js';

const blocks = fc
  .record({ prefix: fc.integer({ min: 8, max: 28 }), seed: fc.nat() })
  .map(({ prefix, seed }) => ({ first: (seed % 2 ** prefix) * 2 ** (32 - prefix), size: 2 ** (32 - prefix) }));

describe('readCidr', () => {
  it('reads what describeBlock wrote', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        expect(readCidr(describeBlock(block))).to.deep.equal(block);
      }),
    );
  });

  for (const text of ['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', '10.0.0.1/24', '10.0.0/8', 'x']) {
    it(`does not take ${text} for a block`, () => {
      expect(readCidr(text)).to.equal(undefined);
    });
  }
});

describe('cut', () => {
  it('gives equal blocks inside the whole that do not overlap', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 9 }), (whole, parts) => {
        const pieces = cut(whole, parts);
        expect(pieces).to.have.length(parts);
        for (const [index, piece] of pieces.entries()) {
          expect(contains(whole, piece)).to.equal(true);
          for (const other of pieces.slice(index + 1)) expect(overlaps(piece, other)).to.equal(false);
        }
      }),
    );
  });

  it('cuts a /16 into nine /20', () => {
    const pieces = cut({ first: 10 * 2 ** 24, size: 2 ** 16 }, 9).map(describeBlock);
    expect(pieces[0]).to.equal('10.0.0.0/20');
    expect(pieces[8]).to.equal('10.0.128.0/20');
  });
});
