import { expect } from 'chai';
import fc from 'fast-check';
import { verdictSchema, type Answer } from '../../../contract/verdict.js';
import { judge } from '../../../pipeline/analysis/judge.js';
import type { JudgementRequest } from '../../../pipeline/analysis/judgement-request.js';
import type { Histogram, ServiceSample } from '../../../pipeline/ports/metrics.js';
import { asking, observed } from '../../support/observed.js';

const bounds = [10, 20, 50, 100, 200, 500, 1_000];
const badness: Readonly<Record<Answer, number>> = { yes: 0, unknown: 1, no: 2 };
const options = { seed: 20_261_101, numRuns: 400 };

const requests = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 5_000 }));
const sampleArbitrary: fc.Arbitrary<ServiceSample> = requests.chain((count) =>
  fc.record({
    requests: fc.constant(count),
    errors: fc.oneof(fc.integer({ min: 0, max: Math.min(count, 5) }), fc.integer({ min: 0, max: count })),
    latency: fc.option(histogramOf(count), { nil: undefined, freq: 5 }),
  }),
);
const limitArbitrary = (most: number) =>
  fc
    .record(
      {
        pass: fc.double({ min: 0, max: most, noNaN: true }),
        above: fc.double({ min: 0, max: most, noNaN: true }),
        failWorseByPercent: fc.double({ min: 1, max: 300, noNaN: true }),
      },
      { requiredKeys: [] },
    )
    .map(({ pass, above, failWorseByPercent }) => ({
      ...(pass === undefined ? {} : { pass }),
      ...(above === undefined ? {} : { fail: (pass ?? 0) + above }),
      ...(failWorseByPercent === undefined ? {} : { failWorseByPercent }),
    }));
const requestArbitrary: fc.Arbitrary<JudgementRequest> = fc
  .record({
    errorPercent: limitArbitrary(10),
    p50Milliseconds: limitArbitrary(500),
    p95Milliseconds: limitArbitrary(500),
    p99Milliseconds: limitArbitrary(500),
    minimumRequests: fc.integer({ min: 1, max: 1_000 }),
    from: fc.constantFrom('blue' as const, null),
  })
  .map(({ minimumRequests, from, ...limits }) => asking(limits, { minimumRequests }, { from }));

function histogramOf(count: number): fc.Arbitrary<Histogram> {
  return fc.array(fc.integer({ min: 0, max: bounds.length - 1 }), { minLength: 1, maxLength: 30 }).map((places) => {
    const counts = bounds.map(() => 0);
    for (const [index, place] of places.entries()) {
      const share = Math.floor(count / places.length) + (index < count % places.length ? 1 : 0);
      counts[place] = (counts[place] ?? 0) + share;
    }
    return { bounds, counts };
  });
}

/** All requests of one bucket become as slow as those of the next. */
function slowed(latency: Histogram, from: number): Histogram {
  const counts = [...latency.counts];
  counts[from + 1] = (counts[from + 1] ?? 0) + (counts[from] ?? 0);
  counts[from] = 0;
  return { bounds: latency.bounds, counts };
}

describe('judge, whatever it is given', () => {
  it('answers with a verdict that survives JSON, and always says why', () => {
    const anything = fc.oneof(requests, fc.double(), fc.constantFrom(NaN, -1, Infinity));
    const malformed: fc.Arbitrary<ServiceSample> = fc.record({
      requests: anything,
      errors: anything,
      latency: fc.option(fc.record({ bounds: fc.array(anything), counts: fc.array(anything) }), { nil: undefined }),
    });
    const any = fc.option(fc.oneof(sampleArbitrary, malformed), { nil: undefined });
    fc.assert(
      fc.property(any, any, fc.boolean(), requestArbitrary, (green, blue, complete, request) => {
        const verdict = judge(observed(green, blue, complete), request);
        const written = JSON.stringify(verdict);
        expect(JSON.stringify(verdictSchema.parse(JSON.parse(written)))).to.equal(written);
        expect(verdict.because)
          .to.match(/^api: \S/)
          .and.not.match(/\n|undefined|NaN %|NaN ms/);
      }),
      { ...options, numRuns: 1_000 },
    );
  });

  it('never says yes without enough of everything that has a limit', () => {
    fc.assert(
      fc.property(
        sampleArbitrary,
        sampleArbitrary,
        fc.boolean(),
        requestArbitrary,
        (green, blue, complete, request) => {
          if (judge(observed(green, blue, complete), request).answer !== 'yes') return;
          const { limits, minimumRequests } = request.rules;
          expect(complete).to.be.true;
          expect(green.requests).to.be.at.least(minimumRequests);
          const { p50Milliseconds, p95Milliseconds, p99Milliseconds } = limits;
          const asked = [p50Milliseconds, p95Milliseconds, p99Milliseconds].some(
            (limit) => Object.keys(limit).length > 0,
          );
          if (asked) expect(green.latency).to.not.equal(undefined);
          if (limits.errorPercent.pass !== undefined) {
            expect((100 * green.errors) / green.requests).to.be.at.most(limits.errorPercent.pass);
          }
        },
      ),
      { ...options, numRuns: 1_000 },
    );
  });

  it('never gets milder when the slot has more errors', () => {
    fc.assert(
      fc.property(sampleArbitrary, sampleArbitrary, requestArbitrary, fc.nat(50), (green, blue, request, more) => {
        const errors = Math.min(green.requests, green.errors + more);
        const before = judge(observed(green, blue), request).answer;
        const after = judge(observed({ ...green, errors }, blue), request).answer;
        expect(badness[after]).to.be.at.least(badness[before]);
      }),
      { ...options, numRuns: 1_000 },
    );
  });

  it('never gets harder when the live slot has more errors', () => {
    fc.assert(
      fc.property(sampleArbitrary, sampleArbitrary, requestArbitrary, fc.nat(50), (green, blue, request, more) => {
        const errors = Math.min(blue.requests, blue.errors + more);
        const before = judge(observed(green, blue), request).answer;
        const after = judge(observed(green, { ...blue, errors }), request).answer;
        if (before !== 'no') expect(after).to.not.equal('no');
      }),
      { ...options, numRuns: 1_000 },
    );
  });

  it('never gets milder when the slot gets slower', () => {
    fc.assert(
      fc.property(
        sampleArbitrary,
        sampleArbitrary,
        requestArbitrary,
        fc.nat(bounds.length - 2),
        (green, blue, request, from) => {
          if (green.latency === undefined) return;
          const before = judge(observed(green, blue), request).answer;
          const after = judge(observed({ ...green, latency: slowed(green.latency, from) }, blue), request).answer;
          expect(badness[after]).to.be.at.least(badness[before]);
        },
      ),
      { ...options, numRuns: 1_000 },
    );
  });

  it('never finds both slots certainly worse than the other', () => {
    const limit = { failWorseByPercent: 1 };
    const request = asking({ errorPercent: limit, p95Milliseconds: limit });
    fc.assert(
      fc.property(sampleArbitrary, sampleArbitrary, (one, other) => {
        const alike = (verdict: ReturnType<typeof judge>) =>
          verdict.answer === 'no' && verdict.because.includes('error rate') && verdict.because.includes('worse');
        expect(alike(judge(observed(one, other), request)) && alike(judge(observed(other, one), request))).to.be.false;
      }),
      { ...options, numRuns: 1_000 },
    );
  });

  it('does not care which colour is which', () => {
    fc.assert(
      fc.property(sampleArbitrary, sampleArbitrary, requestArbitrary, (slot, live, request) => {
        const turned: JudgementRequest = { ...request, to: 'blue', from: request.from === null ? null : 'green' };
        expect(judge(observed(live, slot), turned).answer).to.equal(judge(observed(slot, live), request).answer);
      }),
      options,
    );
  });

  it('says no to nothing that is equal to the live slot', () => {
    fc.assert(
      fc.property(sampleArbitrary, requestArbitrary, (one, request) => {
        expect(judge(observed(one, one), { ...request, from: 'blue' }).answer).to.not.equal('no');
      }),
      { ...options, numRuns: 1_000 },
    );
  });
});
