import { expect } from 'chai';
import { mixOf, type Wanted } from '../../../demo/load/mix.js';

function take(count: number, seed: number): Wanted[] {
  const next = mixOf(seed);
  return Array.from({ length: count }, next);
}

describe('mixOf', () => {
  it('gives the same sequence for the same seed, another for another', () => {
    expect(take(50, 7)).to.deep.equal(take(50, 7));
    expect(take(50, 7)).to.not.deep.equal(take(50, 8));
  });

  it('asks for the page, for orders and to place one in the promised shares', () => {
    const wanted = take(10_000, 1);
    const share = (test: (one: Wanted) => boolean): number => wanted.filter(test).length / wanted.length;
    expect(share(({ path }) => path === '/')).to.be.closeTo(0.3, 0.02);
    expect(share(({ method }) => method === 'POST')).to.be.closeTo(0.1, 0.01);
  });

  it('meets every twentieth customer in every twentieth question about orders', () => {
    const customers = take(20_000, 1).flatMap(({ path }) => /customer=(\d+)/.exec(path)?.[1] ?? []);
    const hit = customers.filter((customer) => Number(customer) % 20 === 0).length;
    expect(hit / customers.length).to.be.closeTo(0.05, 0.006);
  });
});
