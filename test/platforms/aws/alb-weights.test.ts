import { expect } from 'chai';
import fc from 'fast-check';
import { RefusedError } from '../../../contract/errors.js';
import { albTargets, percentOf } from '../../../platforms/aws/alb-weights.js';

const groups = { blue: 'tg-blue', green: 'tg-green' };

describe('albTargets', () => {
  it('gives whole numbers up to 999 that read back as the same percent, for every tenth of a percent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (tenths) => {
        const weights = { blue: tenths / 10, green: (1_000 - tenths) / 10 };
        const targets = albTargets(groups, weights);
        for (const { weight } of targets) expect(weight).to.satisfy(Number.isInteger).and.be.within(0, 999);
        expect(percentOf(groups, targets)).to.deep.equal(weights);
      }),
    );
  });

  it('refuses a share that the balancer can not express', () => {
    expect(() => albTargets(groups, { blue: 99.95, green: 0.05 })).to.throw(RefusedError, 'no finer than 0.1 %');
  });
});

describe('percentOf', () => {
  const blue = { targetGroupArn: 'tg-blue', weight: 3 };
  const green = { targetGroupArn: 'tg-green', weight: 1 };

  it('reads shares, whatever their sum and order', () => {
    expect(percentOf(groups, [green, blue])).to.deep.equal({ blue: 75, green: 25 });
  });

  it('reads nothing from a rule that forwards elsewhere, to one more, or to nobody', () => {
    expect(percentOf(groups, undefined)).to.equal(undefined);
    expect(percentOf(groups, [blue])).to.equal(undefined);
    expect(percentOf(groups, [blue, { targetGroupArn: 'tg-other', weight: 1 }])).to.equal(undefined);
    expect(percentOf(groups, [blue, green, { targetGroupArn: 'tg-other', weight: 0 }])).to.equal(undefined);
    expect(
      percentOf(groups, [
        { ...blue, weight: 0 },
        { ...green, weight: 0 },
      ]),
    ).to.equal(undefined);
  });
});
