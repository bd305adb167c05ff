import { expect } from 'chai';
import { liveSpans } from '../../demo/live-spans.js';
import type { LoadSecond } from '../../demo/load/lines.js';
import { failed, TrafficLog } from '../../demo/traffic-log.js';

type Counts = Readonly<Record<string, number>>;

/** A second in which these versions (`1.0.0 blue`, or `nobody`) answered so many requests, with these failures. */
function second(at: number, answered: Counts, failures: Readonly<Record<string, Counts>> = {}): LoadSecond {
  const groups = Object.entries(answered).map(([who, requests]) => {
    const [version = null, colour = null] = who === 'nobody' ? [] : who.split(' ');
    const milliseconds = { p50: 1, p95: 2, p99: 3 };
    return {
      version,
      colour,
      requests,
      failures: failures[who] ?? {},
      firstBegan: at - 900,
      lastBegan: at - 10,
      milliseconds,
    };
  });
  return { line: 'second', at, inFlight: 0, groups };
}

describe('liveSpans', () => {
  it('tells who answered most users, from when until when, and who did beside them', () => {
    const spans = liveSpans([
      second(1_000, { '1.0.0 blue': 300 }),
      second(2_000, { '1.0.0 blue': 270, '2.0.0 green': 30 }),
      second(3_000, { '2.0.0 green': 200, '1.0.0 blue': 100 }),
      second(4_000, { '2.0.0 green': 300 }),
    ]);
    expect(spans).to.deep.equal([
      { who: '1.0.0 in blue', from: 0, until: 2_000, requests: 600, beside: { '2.0.0 in green': 10 } },
      { who: '2.0.0 in green', from: 2_000, until: 4_000, requests: 600, beside: { '1.0.0 in blue': 33 } },
    ]);
  });

  it('lets nobody take turns while the traffic is halved', () => {
    const halves = [300, 140, 155, 148, 152].map((blue, index) => {
      return second((index + 1) * 1_000, { '1.0.0 blue': blue, '2.0.0 green': 300 - blue });
    });
    expect(liveSpans(halves).map(({ who }) => who)).to.deep.equal(['1.0.0 in blue']);
    const over = [...halves, second(6_000, { '2.0.0 green': 300 })];
    expect(liveSpans(over).map(({ who, from }) => ({ who, from }))).to.deep.equal([
      { who: '1.0.0 in blue', from: 0 },
      { who: '2.0.0 in green', from: 5_000 },
    ]);
  });

  it('says nobody where nobody of the product answered', () => {
    expect(liveSpans([second(1_000, { nobody: 10 })])[0]).to.include({ who: 'nobody', requests: 10 });
    expect(liveSpans([second(1_000, {})])[0]).to.include({ who: 'nobody', requests: 0 });
  });
});

describe('TrafficLog', () => {
  it('adds up what some of the groups answered since a second', () => {
    const log = new TrafficLog();
    log.add(second(1_000, { '1.0.0 blue': 300 }, { '1.0.0 blue': { '500': 7 } }));
    log.add(second(2_000, { '1.0.0 blue': 270, '2.0.0 green': 30 }, { '2.0.0 green': { '500': 2, ECONNRESET: 1 } }));
    const green = log.since(1, ({ colour }) => colour === 'green');
    expect(green).to.deep.equal({ requests: 30, failures: { '500': 2, ECONNRESET: 1 }, lastBegan: 1_990 });
    expect(failed(log.since(0))).to.equal(10);
    expect(log.since(2)).to.deep.equal({ requests: 0, failures: {}, lastBegan: undefined });
  });

  it('wakes everybody who waits for the next second', async () => {
    const log = new TrafficLog();
    const waiting = [log.next(), log.next()];
    const next = second(1_000, {});
    log.add(next);
    expect(await Promise.all(waiting)).to.deep.equal([next, next]);
  });
});
