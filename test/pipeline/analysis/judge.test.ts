import { expect } from 'chai';
import { verdictSchema } from '../../../contract/verdict.js';
import { judge } from '../../../pipeline/analysis/judge.js';
import type { Histogram } from '../../../pipeline/ports/metrics.js';
import { asking, histogram, observed, sample } from '../../support/observed.js';

const errors = { errorPercent: { pass: 1, fail: 2 } };
const p95 = { p95Milliseconds: { pass: 300, fail: 500 } };
const p95Worse = { p95Milliseconds: { failWorseByPercent: 50 } };

/** `slow` of `requests` take 400 to 800 ms, the others 50 to 100 ms. */
function latencies(requests: number, slow: number): Histogram {
  return histogram([50, 0], [100, requests - slow], [200, 0], [400, 0], [800, slow]);
}

describe('judge', () => {
  describe('error rate by its limits', () => {
    it('says yes at or below pass', () => {
      const verdict = judge(observed(sample(400, 4)), asking(errors));
      expect(verdict.answer).to.equal('yes');
      expect(verdict.because).to.equal('api: error rate 1 % of 400 requests');
    });

    it('says no above fail, once that is certain, before the minimum of requests', () => {
      const verdict = judge(observed(sample(120, 12), sample(1_080, 1)), asking(errors));
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.equal(
        'api: error rate 10 % of 120 requests, above the limit of 2 %; blue 0.0926 % of 1080',
      );
    });

    it('holds above fail while that may be chance', () => {
      const verdict = judge(observed(sample(300, 7)), asking(errors));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.equal(
        'api: error rate 2.33 % of 300 requests, above the limit of 2 %, but not certain yet',
      );
    });

    it('holds between pass and fail', () => {
      const verdict = judge(observed(sample(1_000, 15), sample(9_000, 9)), asking(errors));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.equal(
        'api: error rate 1.5 % of 1000 requests, between 1 % and 2 %; blue 0.1 % of 9000',
      );
    });

    it('holds above pass where no fail is set, and never says no', () => {
      const request = asking({ errorPercent: { pass: 1 } });
      expect(judge(observed(sample(1_000, 300)), request).because).to.equal(
        'api: error rate 30 % of 1000 requests, above 1 %',
      );
      expect(judge(observed(sample(1_000, 300)), request).answer).to.equal('unknown');
    });

    it('judges by fail alone where no pass is set', () => {
      const request = asking({ errorPercent: { fail: 2 } });
      expect(judge(observed(sample(1_000, 20)), request).answer).to.equal('yes');
      expect(judge(observed(sample(1_000, 60)), request).answer).to.equal('no');
    });

    it('takes two failures for no pattern', () => {
      const request = asking({ errorPercent: { pass: 0, fail: 0.1 } });
      expect(judge(observed(sample(300, 2)), request).answer).to.equal('unknown');
      expect(judge(observed(sample(300, 3)), request).answer).to.equal('no');
    });
  });

  describe('error rate beside the live slot', () => {
    const request = asking({ errorPercent: { failWorseByPercent: 50 } });

    it('says no when it is worse by more than allowed and certainly worse', () => {
      const verdict = judge(observed(sample(500, 8), sample(4_500, 4)), request);
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.equal(
        'api: error rate 1.6 % of 500 requests, 1700 % worse than the live slot (limit 50 %); blue 0.0889 % of 4500',
      );
    });

    it('says no also when the live slot has no errors at all', () => {
      const verdict = judge(observed(sample(500, 8), sample(4_500, 0)), request);
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.contain(', worse than the live slot (limit 50 %)');
    });

    it('says yes when it is certainly worse but within what is allowed', () => {
      const verdict = judge(observed(sample(50_000, 700), sample(50_000, 500)), request);
      expect(verdict.answer).to.equal('yes');
    });

    it('says yes when it looks worse by what chance does', () => {
      expect(judge(observed(sample(400, 1), sample(3_600, 3)), request).answer).to.equal('yes');
    });

    it('holds when chance is a poor explanation', () => {
      const verdict = judge(observed(sample(500, 3), sample(4_500, 1)), request);
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.contain('but not certain yet; blue');
    });

    it('holds when the live slot had too few requests to compare with', () => {
      const verdict = judge(observed(sample(400, 0), sample(99, 0)), request);
      expect(verdict.because).to.equal('api: error rate 0 % of 400 requests, but blue has only 99 to compare with');
      expect(verdict.answer).to.equal('unknown');
      expect(judge(observed(sample(400, 0)), request).answer).to.equal('unknown');
    });

    it('does not compare when all traffic is on the slot', () => {
      expect(judge(observed(sample(400, 0)), { ...request, from: null }).answer).to.equal('yes');
    });
  });

  describe('fault 45: a live slot that is sick itself', () => {
    it('holds when both breach the limit, and says so', () => {
      const verdict = judge(observed(sample(1_000, 100), sample(9_000, 900)), asking(errors));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.equal(
        'api: error rate 10 % of 1000 requests, above the limit of 2 %, but the live slot breaches it too; blue 10 % of 9000',
      );
    });

    it('says no when the slot is certainly worse still', () => {
      const verdict = judge(observed(sample(1_000, 300), sample(9_000, 270)), asking(errors));
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.contain('so is the live slot, but this is 900 % worse');
    });

    it('says yes to a slot that heals it', () => {
      expect(judge(observed(sample(1_000, 1), sample(9_000, 900)), asking(errors)).answer).to.equal('yes');
    });

    it('holds when nothing works on either', () => {
      const verdict = judge(observed(sample(20, 20), sample(180, 180)), asking({}));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.equal('api: 20 of 20 requests failed, but so did 180 of 180 of the live slot');
    });

    it('says no when the slot is broken and the live slot only half', () => {
      expect(judge(observed(sample(200, 200), sample(1_800, 900)), asking(errors)).answer).to.equal('no');
    });

    it('holds when both are slower than the limit', () => {
      const verdict = judge(
        observed(sample(1_000, 0, latencies(1_000, 500)), sample(9_000, 0, latencies(9_000, 4_500))),
        asking(p95),
      );
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.contain('but the live slot breaches it too');
    });
  });

  describe('the circuit breaker', () => {
    it('says no when 5 of the first 10 failed, whatever the limits', () => {
      const verdict = judge(observed(sample(10, 5)), asking({}));
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.equal('api: 5 of 10 requests failed');
    });

    it('waits for the fifth failure', () => {
      expect(judge(observed(sample(4, 4)), asking({})).answer).to.equal('unknown');
      expect(judge(observed(sample(5, 5)), asking({})).answer).to.equal('no');
    });

    it('goes on at any number of requests', () => {
      expect(judge(observed(sample(5_000, 2_500)), asking({})).answer).to.equal('no');
      expect(judge(observed(sample(5_000, 2_499)), asking({})).answer).to.equal('yes');
    });
  });

  describe('latency by its limits', () => {
    it('says yes at or below pass', () => {
      const verdict = judge(observed(sample(400, 0, latencies(400, 8))), asking(p95));
      expect(verdict.answer).to.equal('yes');
      expect(verdict.because).to.equal('api: error rate 0 % of 400 requests, p95 98.5 ms of 400 requests');
    });

    it('says no above fail once certain', () => {
      const verdict = judge(observed(sample(400, 0, latencies(400, 80))), asking(p95));
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.equal('api: p95 700 ms of 400 requests, above the limit of 500 ms');
    });

    it('holds above fail while that may be chance', () => {
      const verdict = judge(observed(sample(300, 0, latencies(300, 21))), asking(p95));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.contain('above the limit of 500 ms, but not certain yet');
    });

    it('holds between pass and fail', () => {
      const slow = histogram([100, 350], [200, 0], [400, 50], [800, 0]);
      expect(judge(observed(sample(400, 0, slow)), asking(p95)).because).to.contain('between 300 ms and 500 ms');
      expect(judge(observed(sample(400, 0, slow)), asking(p95)).answer).to.equal('unknown');
    });

    it('judges p50 and p99 too', () => {
      const observation = observed(sample(400, 0, latencies(400, 250)));
      expect(judge(observation, asking({ p50Milliseconds: { fail: 200 } })).because).to.contain('p50');
      expect(judge(observation, asking({ p50Milliseconds: { fail: 200 } })).answer).to.equal('no');
      expect(judge(observation, asking({ p99Milliseconds: { fail: 200 } })).because).to.contain('p99');
      expect(judge(observation, asking({ p99Milliseconds: { fail: 200 } })).answer).to.equal('no');
    });

    it('can not be certain of what its buckets do not tell', () => {
      const wide = histogram([100, 0], [1_000, 400]);
      const verdict = judge(observed(sample(400, 0, wide)), asking({ p95Milliseconds: { fail: 500 } }));
      expect(verdict.answer).to.equal('unknown');
    });
  });

  describe('latency beside the live slot', () => {
    const live = sample(3_600, 0, latencies(3_600, 72));

    it('says no when worse by more than allowed and certain', () => {
      const verdict = judge(observed(sample(400, 0, latencies(400, 40)), live), asking(p95Worse));
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.match(
        /^api: p95 600 ms of 400 requests, \d+ % worse than the live slot \(limit 50 %\); blue/,
      );
    });

    it('says yes when the percentile is worse within what is allowed', () => {
      const shifted = histogram([50, 0], [100, 340], [200, 60], [400, 0], [800, 0]);
      const request = asking({ p95Milliseconds: { failWorseByPercent: 90 } });
      expect(judge(observed(sample(400, 0, shifted), live), request).answer).to.equal('yes');
      expect(judge(observed(sample(400, 0, shifted), live), asking(p95Worse)).answer).to.equal('no');
    });

    it('never says no for a percentile that jumped by a few requests', () => {
      const verdict = judge(observed(sample(100, 0, latencies(100, 6)), live), asking(p95Worse));
      expect(verdict.answer).to.equal('unknown');
    });

    it('sees what happens within the bucket of the live percentile, by its lower bound', () => {
      const steady = sample(3_600, 0, histogram([100, 3_400], [200, 200], [400, 0]));
      const slower = sample(400, 0, histogram([100, 300], [200, 100], [400, 0]));
      expect(judge(observed(slower, steady), asking(p95Worse)).answer).to.equal('no');
    });

    it('holds when the buckets of the two slots differ', () => {
      const other = sample(3_600, 0, histogram([70, 3_600], [90, 0]));
      const verdict = judge(observed(sample(400, 0, latencies(400, 0)), other), asking(p95Worse));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.contain('but blue has no numbers to compare with');
    });

    it('holds when the live slot has no latencies', () => {
      const verdict = judge(observed(sample(400, 0, latencies(400, 0)), sample(3_600, 0)), asking(p95Worse));
      expect(verdict.answer).to.equal('unknown');
    });
  });

  describe('fault 6: data that is missing or unusable is unknown', () => {
    const good = sample(400, 0, latencies(400, 8));
    const cases: readonly [string, Parameters<typeof observed>, string][] = [
      ['no entry', [undefined], 'no data of green'],
      ['no requests', [sample(0, 0, latencies(0, 0))], 'no requests of the 300 that a yes needs'],
      [
        'fewer than the minimum',
        [sample(299, 0, latencies(299, 0))],
        'error rate 0 % of 299 requests, a yes needs 300',
      ],
      ['counters lost', [good, undefined, false], 'but counters were lost in between'],
      ['NaN requests', [sample(NaN, 0)], 'its number of requests is NaN'],
      ['NaN errors', [sample(400, NaN)], 'its number of errors is NaN'],
      ['half a request', [sample(0.5, 0)], 'its number of requests is 0.5'],
      ['endless requests', [sample(Infinity, 0)], 'its number of requests is Infinity'],
      ['negative errors', [sample(400, -1)], 'its number of errors is -1'],
      ['more errors than requests', [sample(400, 401)], 'it has 401 errors in 400 requests'],
      ['no latencies', [sample(400, 0)], "no latencies of green, so p95 can't be told"],
      ['an empty histogram', [sample(400, 0, histogram())], 'p95 of no requests yet'],
      ['a histogram of zeros', [sample(400, 0, latencies(0, 0))], 'p95 of no requests yet'],
      ['few latencies', [sample(400, 0, latencies(40, 0))], 'p95 97.5 ms of 40 requests, a yes needs 300'],
      ['more bounds than counts', [sample(400, 0, { bounds: [1, 2], counts: [400] })], 'have 2 bounds and 1 counts'],
      ['bounds that fall', [sample(400, 0, { bounds: [2, 1], counts: [1, 399] })], 'bounds do not increase at 1'],
      ['a NaN bound', [sample(400, 0, { bounds: [1, NaN], counts: [1, 399] })], 'bounds do not increase at NaN'],
      ['a NaN count', [sample(400, 0, { bounds: [1, 2], counts: [NaN, 399] })], 'one of its latency counts is NaN'],
      ['a negative count', [sample(400, 0, { bounds: [1, 2], counts: [-1, 401] })], 'one of its latency counts is -1'],
    ];
    for (const [name, input, because] of cases) {
      it(name, () => {
        const verdict = judge(observed(...input), asking({ ...errors, ...p95 }));
        expect(verdict.answer).to.equal('unknown');
        expect(verdict.because).to.contain(because);
        expect(verdictSchema.parse(JSON.parse(JSON.stringify(verdict)))).to.deep.equal(verdict);
      });
    }

    it('no service to judge', () => {
      const verdict = judge(observed(good), asking(errors, {}, { services: [] }));
      expect(verdict).to.include({ answer: 'unknown', because: 'no service to judge' });
    });

    it('a live slot with unusable numbers is no comparison', () => {
      const verdict = judge(observed(good, sample(NaN, 0)), asking(p95Worse));
      expect(verdict.answer).to.equal('unknown');
      expect(verdict.because).to.contain('blue has no numbers to compare with');
    });

    it('but a certain no may come of half the data', () => {
      expect(judge(observed(sample(200, 40), undefined, false), asking(errors)).answer).to.equal('no');
      expect(judge(observed(sample(12, 9)), asking({ ...errors, ...p95 })).answer).to.equal('no');
    });

    it('and lost counters are not compared with the live slot', () => {
      const request = asking({ errorPercent: { failWorseByPercent: 50 } });
      expect(judge(observed(sample(500, 20), sample(4_500, 4), true), request).answer).to.equal('no');
      expect(judge(observed(sample(500, 20), sample(4_500, 4), false), request).answer).to.equal('unknown');
    });
  });

  describe('several services', () => {
    const request = asking(errors, {}, { services: ['api', 'web'] });
    const both = (api: ReturnType<typeof sample>, web?: ReturnType<typeof sample>) => ({
      complete: true,
      seconds: 60,
      samples: { green: web === undefined ? { api } : { api, web }, blue: {} },
    });

    it('all have to be good', () => {
      const verdict = judge(both(sample(400, 0), sample(500, 1)), request);
      expect(verdict.answer).to.equal('yes');
      expect(verdict.because).to.equal('api: error rate 0 % of 400 requests; web: error rate 0.2 % of 500 requests');
    });

    it('the worst decides', () => {
      expect(judge(both(sample(400, 0), sample(400, 40)), request).answer).to.equal('no');
      expect(judge(both(sample(400, 0), sample(400, 40)), request).because).to.match(/^web: error rate 10 %/);
      expect(judge(both(sample(10, 0), sample(400, 40)), request).answer).to.equal('no');
      expect(judge(both(sample(10, 0), sample(400, 0)), request).answer).to.equal('unknown');
    });

    it('one without data is unknown, not left out', () => {
      const verdict = judge(both(sample(400, 0)), request);
      expect(verdict).to.include({ answer: 'unknown', because: 'web: no data of green' });
    });

    it('names what worries before what is merely not there yet', () => {
      const verdict = judge(both(sample(10, 0), sample(400, 6)), request);
      expect(verdict.because).to.match(/^web: error rate 1.5 % of 400 requests, between/);
    });

    it('counts what it does not name', () => {
      expect(judge(both(sample(400, 40), sample(400, 40)), request).because).to.match(/ \(and 1 more\)$/);
    });

    it('lists all that wait for requests', () => {
      expect(judge(both(sample(10, 0), sample(20, 0)), request).because).to.equal(
        'api: error rate 0 % of 10 requests, a yes needs 300; web: error rate 0 % of 20 requests, a yes needs 300',
      );
    });

    it('share the false alarms, so that each needs more evidence', () => {
      const many = asking(errors, {}, { services: ['api', 'web', 'docs', 'mail', 'pay', 'feed', 'auth', 'blog'] });
      const alone = asking(errors);
      const observation = observed(sample(100, 7));
      expect(judge(observation, alone).answer).to.equal('no');
      expect(judge(observation, many).answer).to.equal('unknown');
    });
  });

  it('keeps the numbers that it judged by', () => {
    const verdict = judge(
      observed(sample(400, 2, latencies(400, 8)), sample(3_600, 4, latencies(3_600, 72))),
      asking({ errorPercent: { pass: 1, fail: 2, failWorseByPercent: 50 }, ...p95Worse }),
    );
    expect(verdict.evidence).to.deep.include({ to: 'green', from: 'blue', seconds: 60, complete: true });
    expect(verdict.evidence['services']).to.deep.nested.include({
      'api.slot': { requests: 400, errors: 2, latency: { requests: 400, p50: 75.51, p95: 98.47, p99: 600 } },
      'api.live.requests': 3_600,
      'api.live.errors': 4,
      'api.verdicts.errorPercent.answer': 'yes',
      'api.verdicts.errorPercent.evidence.value': 0.5,
      'api.verdicts.errorPercent.evidence.limit': { pass: 1, fail: 2, failWorseByPercent: 50 },
      'api.verdicts.errorPercent.evidence.absolute.test': 'one-arm',
      'api.verdicts.errorPercent.evidence.relative.test': 'two-arm',
      'api.verdicts.errorPercent.evidence.relative.needed': 900,
      'api.verdicts.p95Milliseconds.evidence.relative.events': 8,
      'api.verdicts.p95Milliseconds.evidence.relative.certain': false,
    });
  });
});
