import { expect } from 'chai';
import { binomialTail } from '../../../pipeline/analysis/binomial-tail.js';

describe('binomialTail', () => {
  it('is what coins do', () => {
    expect(binomialTail(1, 1, 0.5)).to.be.closeTo(0.5, 1e-12);
    expect(binomialTail(2, 3, 0.5)).to.be.closeTo(0.5, 1e-12);
    expect(binomialTail(3, 3, 0.5)).to.be.closeTo(0.125, 1e-12);
    expect(binomialTail(9, 10, 0.9)).to.be.closeTo(0.9 ** 10 + 10 * 0.1 * 0.9 ** 9, 1e-9);
  });

  it('agrees with the sum of all terms, on both sides of the mean', () => {
    const trials = 60;
    const probability = 0.3;
    const terms: number[] = [(1 - probability) ** trials];
    for (let count = 1; count <= trials; count += 1) {
      terms.push(((terms[count - 1] ?? 0) * (trials - count + 1) * probability) / count / (1 - probability));
    }
    for (let atLeast = 0; atLeast <= trials; atLeast += 1) {
      const sum = terms.slice(atLeast).reduce((one, other) => one + other, 0);
      expect(binomialTail(atLeast, trials, probability), String(atLeast)).to.be.closeTo(sum, 1e-9);
    }
  });

  it('keeps small tails small', () => {
    expect(binomialTail(30, 30, 0.01) / 1e-60).to.be.closeTo(1, 1e-9);
    expect(binomialTail(1, 299, 0.01)).to.be.closeTo(1 - 0.99 ** 299, 1e-9);
  });

  it('knows its limits', () => {
    expect(binomialTail(0, 10, 0.2)).to.equal(1);
    expect(binomialTail(11, 10, 0.2)).to.equal(0);
    expect(binomialTail(1, 10, 0)).to.equal(0);
    expect(binomialTail(10, 10, 1)).to.equal(1);
  });
});
