import { expect } from 'chai';
import { latencyBounds, latencyIndex } from '../../../../platforms/local/host/balancer/latency-bounds.js';
import { RequestRing } from '../../../../platforms/local/host/balancer/request-ring.js';
import { SeededRandom } from '../../../support/seeded-random.js';

describe('Latency bounds', () => {
  it('reach from 0.1 ms to 120 s in steps of 5 %', () => {
    expect(latencyBounds[0]).to.equal(0.1);
    expect(latencyBounds.at(-1)).to.be.within(120_000, 126_000);
    latencyBounds.forEach((bound, index) => {
      if (index > 0) expect(bound / (latencyBounds[index - 1] ?? 0)).to.be.closeTo(1.05, 1e-9);
    });
  });

  it('hold each time in the bucket whose bound is the next above', () => {
    const random = new SeededRandom(7);
    const times = [0, 0.05, 0.1, 0.1000001, 1, 120_000, ...latencyBounds];
    for (let count = 0; count < 5_000; count += 1) times.push(Math.exp(random.next() * 14) / 10);
    for (const time of times) {
      const index = latencyIndex(time);
      expect(time, `${time}`).to.be.at.most((latencyBounds[index] ?? 0) * (1 + 1e-9));
      if (index > 0) expect(time, `${time}`).to.be.greaterThan((latencyBounds[index - 1] ?? 0) * (1 - 1e-9));
    }
  });

  it('put what is longer into the last', () => {
    expect(latencyIndex(10_000_000)).to.equal(latencyBounds.length - 1);
  });
});

describe('The ring of requests', () => {
  let now: number;
  let ring: RequestRing;
  beforeEach(() => {
    now = 1_000;
    ring = new RequestRing('boot', () => now);
  });

  const counted = (mark: string): number => ring.observe(mark, ['api']).samples.blue['api']?.requests ?? -1;
  const count = (): void => ring.begin('blue', 'api', true).record(false, 1);

  it('gives what began since the mark, to the request, within one second too', () => {
    count();
    count();
    const mark = ring.mark();
    count();
    now += 10;
    const later = ring.mark();
    count();
    count();
    expect([counted(mark), counted(later)]).to.deep.equal([3, 2]);
    now += 5_000;
    count();
    expect([counted(mark), counted(later)]).to.deep.equal([4, 3]);
    expect(ring.observe(mark, ['api']).seconds).to.be.closeTo(5.01, 1e-6);
  });

  it('gives a request to the moment at which it began, however late its outcome comes', () => {
    const tally = ring.begin('blue', 'api', true);
    const mark = ring.mark();
    now += 3_000;
    tally.record(true, 3_000);
    expect(counted(mark)).to.equal(0);
    expect(ring.choices(mark, ['api']).services['api']).to.deep.equal({ blue: 0, green: 0 });
  });

  it('tells no data from no requests: services that are not open have no sample', () => {
    const { samples } = ring.observe(ring.mark(), ['api']);
    expect(Object.keys(samples.green)).to.deep.equal(['api']);
    expect(samples.green['api']).to.include({ requests: 0, errors: 0 });
  });

  it('counts only choices that were drawn by lot', () => {
    const mark = ring.mark();
    ring.begin('blue', 'api', true);
    ring.begin('blue', 'api', false);
    ring.begin('green', 'api', true);
    expect(ring.choices(mark, ['api']).services['api']).to.deep.equal({ blue: 1, green: 1 });
  });

  it('remembers 30 minutes, and says when a mark is older', () => {
    const mark = ring.mark();
    for (let second = 0; second < 1_795; second += 1) {
      count();
      now += 1_000;
    }
    expect(ring.observe(mark, ['api']).complete).to.equal(true);
    expect(counted(mark)).to.equal(1_795);
    for (let second = 0; second < 600; second += 1) {
      count();
      now += 1_000;
    }
    const observed = ring.observe(mark, ['api']);
    expect(observed.complete).to.equal(false);
    expect(observed.seconds).to.be.within(1_800, 1_802);
  });

  it('is not complete for marks of another start, of the future, or of nobody', () => {
    for (const mark of ['other:0:1000.000', 'boot:99:1000.000', 'boot:-1:0', 'boot::', 'boot:1.5:0', '', 'x']) {
      expect(ring.observe(mark, ['api']).complete, mark).to.equal(false);
    }
  });
});
