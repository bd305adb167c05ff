import { expect } from 'chai';
import fc from 'fast-check';
import { mergeHistograms } from '../../../pipeline/analysis/merge-histograms.js';
import { observedSince } from '../../../pipeline/analysis/observed-since.js';
import type { Observation, ServiceSample } from '../../../pipeline/ports/metrics.js';
import { histogram, sample } from '../../support/observed.js';

function at(seconds: number, api?: ServiceSample, complete = true): Observation {
  return { complete, seconds, samples: { green: api === undefined ? {} : { api }, blue: {} } };
}

const before = sample(100, 2, histogram([10, 90], [20, 10]));
const after = sample(150, 5, histogram([10, 130], [20, 20]));

describe('observedSince', () => {
  it('is the difference of all counters', () => {
    expect(observedSince(at(10, before), at(15, after))).to.deep.equal({
      complete: true,
      seconds: 5,
      samples: { blue: {}, green: { api: sample(50, 3, histogram([10, 40], [20, 10])) } },
    });
  });

  it('counts a service from zero that was not there', () => {
    expect(observedSince(at(10), at(15, after)).samples.green['api']).to.deep.equal(after);
  });

  it('counts latencies from zero that were not there', () => {
    expect(observedSince(at(10, sample(100, 2)), at(15, after)).samples.green['api']?.latency).to.deep.equal(
      after.latency,
    );
  });

  const lost: readonly [string, Observation, Observation][] = [
    ['fewer requests', at(10, before), at(15, sample(99, 2, after.latency))],
    ['fewer errors', at(10, before), at(15, sample(150, 1, after.latency))],
    ['fewer in a bucket', at(10, before), at(15, sample(150, 5, histogram([10, 130], [20, 9])))],
    ['other buckets', at(10, before), at(15, sample(150, 5, histogram([10, 130], [30, 20])))],
    ['a service gone', at(10, before), at(15)],
    ['an earlier loss', at(10, before, false), at(15, after)],
    ['a later loss', at(10, before), at(15, after, false)],
  ];
  for (const [name, earlier, later] of lost) {
    it(`is incomplete after ${name}`, () => {
      const difference = observedSince(earlier, later);
      expect(difference.complete).to.be.false;
      const { requests = 0, errors = 0, latency } = difference.samples.green['api'] ?? {};
      expect([requests, errors, ...(latency?.counts ?? [])].every((count) => count >= 0)).to.be.true;
    });
  }

  it('is nothing when nothing happened', () => {
    expect(observedSince(at(15, after), at(15, after)).samples.green['api']).to.deep.equal(
      sample(0, 0, histogram([10, 0], [20, 0])),
    );
  });
});

describe('mergeHistograms', () => {
  it('adds bucket by bucket, in any order', () => {
    const counts = fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const bounds = [1, 2, 3];
        const merged = mergeHistograms({ bounds, counts: one }, { bounds, counts: other });
        expect(merged).to.deep.equal(mergeHistograms({ bounds, counts: other }, { bounds, counts: one }));
        expect(merged?.counts).to.deep.equal(one.map((count, index) => count + other[index]!));
      }),
      { seed: 3 },
    );
  });

  it('is undefined for other buckets', () => {
    expect(mergeHistograms(histogram([1, 1]), histogram([2, 1]))).to.equal(undefined);
    expect(mergeHistograms(histogram([1, 1]), histogram([1, 1], [2, 1]))).to.equal(undefined);
  });
});
