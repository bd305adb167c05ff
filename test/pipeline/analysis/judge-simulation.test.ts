import { expect } from 'chai';
import { quantileOfRequests, rollOuts, stoppedShare } from '../../support/rollout.js';
import { SimulatedTraffic } from '../../support/simulated-traffic.js';
import { zOfOnePercent, zOfTwoProportions } from '../../support/naive-judges.js';
import { asking } from '../../support/observed.js';

const errors = { errorPercent: { pass: 0.5, fail: 1, failWorseByPercent: 50 } };
const p95Worse = { p95Milliseconds: { failWorseByPercent: 50 } };
const shared = { requestsPerSecond: 100, percent: 10 };
const tenMinutes = 600;

function failing(errorPercent: number) {
  return { errorPercent };
}

function taking(medianMilliseconds: number, spread: number) {
  return { errorPercent: 0, latency: { medianMilliseconds, spread } };
}

// Seeded, so that the same traffic comes each time. The tables that these numbers are held against were computed apart,
// for tests with the whole alarm level to themselves; here it is shared by all tests and shares of a run.
describe('judge, asked every second', function () {
  this.timeout(30_000);

  describe('of equal slots', () => {
    const alike = { ...shared, green: failing(0.1), blue: failing(0.1) };

    it('fault 44: raises no more false alarms than the rules allow', () => {
      const rollouts = rollOuts(100, alike, asking(errors), tenMinutes);
      expect(stoppedShare(rollouts)).to.be.at.most(0.01);
      expect(rollouts.filter(({ answer }) => answer === 'yes').length / 100).to.be.at.least(0.9);
    });

    it('does so where a z-test at the same level cries wolf', () => {
      const fooled = Array.from({ length: 100 }, (_, index) => {
        const traffic = new SimulatedTraffic({ ...alike, seed: 7_919 * (index + 1) });
        for (let second = 1; second <= tenMinutes; second += 1) {
          traffic.pass();
          if (zOfTwoProportions(traffic.green, traffic.blue) > zOfOnePercent) return true;
        }
        return false;
      });
      expect(fooled.filter(Boolean).length / 100).to.be.greaterThan(0.1);
    });

    it('raises none for an outage that hits both', () => {
      const outage = { ...shared, green: failing(20), blue: failing(20) };
      const rollouts = rollOuts(30, outage, asking(errors), 120);
      expect(stoppedShare(rollouts)).to.equal(0);
      expect(rollouts.every(({ answer }) => answer === 'unknown')).to.be.true;
    });

    it('raises no more for latencies, and passes them', () => {
      const equal = { ...shared, green: taking(40, 1), blue: taking(40, 1) };
      const rollouts = rollOuts(20, equal, asking(p95Worse), 300);
      expect(stoppedShare(rollouts)).to.equal(0);
      expect(rollouts.filter(({ answer }) => answer === 'yes').length / 20).to.be.at.least(0.9);
    });

    it('fault 43: says neither yes nor no when there is hardly any traffic', () => {
      const rollouts = rollOuts(20, { ...alike, requestsPerSecond: 1 }, asking(errors), tenMinutes);
      expect(rollouts.every(({ answer }) => answer === 'unknown')).to.be.true;
    });
  });

  describe('of a bad slot', () => {
    it('finds 1 % errors beside 0.1 % within 700 requests in the median', () => {
      const rollouts = rollOuts(200, { ...shared, green: failing(1), blue: failing(0.1) }, asking(errors), tenMinutes);
      expect(stoppedShare(rollouts)).to.be.at.least(0.97);
      expect(quantileOfRequests(rollouts, 0.5)).to.be.at.most(700);
      expect(quantileOfRequests(rollouts, 0.9)).to.be.at.most(1_500);
    });

    it('finds them by the limit alone as well', () => {
      const request = asking({ errorPercent: { pass: 0.1, fail: 0.5 } });
      const rollouts = rollOuts(200, { ...shared, green: failing(1), blue: failing(0.1) }, request, tenMinutes);
      expect(quantileOfRequests(rollouts, 0.5)).to.be.at.most(700);
    });

    it('finds 5 % errors within 110 requests', () => {
      const rollouts = rollOuts(200, { ...shared, green: failing(5), blue: failing(0.1) }, asking(errors), tenMinutes);
      expect(quantileOfRequests(rollouts, 0.5)).to.be.at.most(110);
      expect(stoppedShare(rollouts)).to.equal(1);
    });

    it('finds a disaster within 20', () => {
      const rollouts = rollOuts(200, { ...shared, green: failing(50), blue: failing(0.1) }, asking(errors), 60);
      expect(quantileOfRequests(rollouts, 0.5)).to.be.at.most(20);
      expect(stoppedShare(rollouts)).to.equal(1);
    });

    for (const [spread, median] of [
      [0.5, 80],
      [1, 300],
    ] as const) {
      it(`finds a p95 60 % worse within ${median} requests where latencies spread by ${spread}`, () => {
        const slower = { ...shared, green: taking(64, spread), blue: taking(40, spread) };
        const rollouts = rollOuts(60, slower, asking(p95Worse), tenMinutes);
        expect(stoppedShare(rollouts)).to.be.at.least(0.95);
        expect(quantileOfRequests(rollouts, 0.5)).to.be.at.most(median);
      });
    }

    it('finds it in wide buckets too', () => {
      const bounds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500];
      const slower = { ...shared, bounds, green: taking(64, 0.5), blue: taking(40, 0.5) };
      const rollouts = rollOuts(60, slower, asking(p95Worse), tenMinutes);
      expect(stoppedShare(rollouts)).to.be.at.least(0.95);
    });

    it('lets a p95 pass that is worse by less than allowed', () => {
      const slower = { ...shared, green: taking(48, 0.5), blue: taking(40, 0.5) };
      expect(stoppedShare(rollOuts(15, slower, asking(p95Worse), 200))).to.be.at.most(0.07);
    });
  });
});
