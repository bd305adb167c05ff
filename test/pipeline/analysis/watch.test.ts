import { expect } from 'chai';
import { seconds } from '../../../contract/duration.js';
import { judge } from '../../../pipeline/analysis/judge.js';
import { Watch } from '../../../pipeline/analysis/watch.js';
import type { Observation, ServiceSample } from '../../../pipeline/ports/metrics.js';
import { asking, sample } from '../../support/observed.js';
import { rollOut } from '../../support/rollout.js';

const request = asking({ errorPercent: { pass: 1, fail: 2 } }, {}, { from: null });

function at(second: number, api: ServiceSample): Observation {
  return { complete: true, seconds: second, samples: { green: { api }, blue: {} } };
}

describe('Watch', () => {
  it('fault 47: sees a slot that turns bad after an hour, which the whole hides', () => {
    const watch = new Watch(request);
    for (let second = 1; second <= 3_600; second += 1) watch.look(at(second, sample(second * 100, 0)));
    const turned = at(3_605, sample(360_500, 26));
    expect(judge(turned, request).answer).to.equal('yes');
    const verdict = watch.look(turned);
    expect(verdict.answer).to.equal('no');
    expect(verdict.because).to.match(/^in the last [\d.]+ (s|min): api: error rate/);
  });

  it('answers as the whole does while all is well', () => {
    const watch = new Watch(request);
    for (let second = 1; second <= 300; second += 1) {
      const observation = at(second, sample(second * 100, Math.floor(second / 10)));
      const { answer, because } = judge(observation, request);
      expect(watch.look(observation)).to.include({ answer, because });
    }
  });

  it('opens windows as often as asked', () => {
    const late = at(200, sample(20_000, 0));
    const sick = at(206, sample(20_600, 60));
    const short = new Watch(request, seconds(60));
    const long = new Watch(request, seconds(300));
    for (const watch of [short, long]) watch.look(late);
    expect(short.look(sick).answer).to.equal('no');
    expect(long.look(sick).answer).to.equal('yes');
  });

  it('raises no more false alarms than the rules allow', () => {
    const errors = asking({ errorPercent: { pass: 0.1, fail: 0.3, failWorseByPercent: 20 } });
    const alarms = Array.from({ length: 20 }, (_, index) => {
      const watch = new Watch(errors);
      const traffic = {
        requestsPerSecond: 100,
        percent: 50,
        green: { errorPercent: 0.1 },
        blue: { errorPercent: 0.1 },
      };
      return rollOut({ ...traffic, seed: 31 * index + 1 }, errors, 400, (observation) => watch.look(observation))
        .stopped;
    });
    expect(alarms.filter((alarm) => alarm !== undefined)).to.have.length.at.most(1);
  });

  it('finds a bad slot nearly as soon as judging alone', () => {
    const errors = asking({ errorPercent: { pass: 0.5, fail: 1, failWorseByPercent: 50 } });
    const traffic = { requestsPerSecond: 100, percent: 10, green: { errorPercent: 5 }, blue: { errorPercent: 0.1 } };
    for (let seed = 1; seed <= 20; seed += 1) {
      const watch = new Watch(errors);
      const { stopped } = rollOut({ ...traffic, seed }, errors, 120, (observation) => watch.look(observation));
      expect(stopped?.requests).to.be.lessThan(500);
    }
  });
});
