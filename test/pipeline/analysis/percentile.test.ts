import { expect } from 'chai';
import { bucketOf, countOf, percentile, slowerThan } from '../../../pipeline/analysis/percentile.js';
import { histogram } from '../../support/observed.js';

describe('percentile', () => {
  const latencies = histogram([10, 50], [20, 30], [50, 15], [100, 5]);

  it('is the bound of a bucket where the share ends with it', () => {
    expect(percentile(latencies, 0.5)).to.equal(10);
    expect(percentile(latencies, 0.95)).to.equal(50);
  });

  it('is in between by the part of the bucket that is needed', () => {
    expect(percentile(latencies, 0.65)).to.be.closeTo(15, 1e-9);
    expect(percentile(latencies, 0.99)).to.be.closeTo(90, 1e-9);
  });

  it('skips empty buckets', () => {
    expect(percentile(histogram([10, 0], [20, 4], [50, 0]), 0)).to.equal(10);
    expect(percentile(histogram([10, 0], [20, 4], [50, 0]), 1)).to.equal(20);
  });

  it('is the beginning of a bucket that has no end', () => {
    expect(percentile(histogram([10, 1], [Infinity, 99]), 0.95)).to.equal(10);
  });

  it('is undefined without requests or buckets', () => {
    expect(percentile(histogram([10, 0], [20, 0]), 0.5)).to.equal(undefined);
    expect(percentile(histogram(), 0.5)).to.equal(undefined);
  });

  it('knows the bucket it came from', () => {
    expect(bucketOf(latencies, 0.9)).to.deep.equal({ low: 20, high: 50, part: 10 / 15 });
    expect(countOf(latencies)).to.equal(100);
  });
});

describe('slowerThan', () => {
  const latencies = histogram([10, 50], [20, 30], [50, 15], [100, 5]);

  it('counts what lies above a bound', () => {
    expect(slowerThan(latencies, 10)).to.equal(50);
    expect(slowerThan(latencies, 50)).to.equal(5);
    expect(slowerThan(latencies, 100)).to.equal(0);
  });

  it('counts between two bounds only what is certain', () => {
    expect(slowerThan(latencies, 11)).to.equal(20);
    expect(slowerThan(latencies, 49)).to.equal(5);
  });
});
