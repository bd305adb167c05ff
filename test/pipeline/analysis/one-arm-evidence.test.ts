import { expect } from 'chai';
import { oneArmEvidence } from '../../../pipeline/analysis/one-arm-evidence.js';

/** Probability of each number of events in so many trials. */
function distribution(trials: number, rate: number): number[] {
  let chances = [1];
  for (let trial = 0; trial < trials; trial += 1) {
    chances = Array.from(
      { length: chances.length + 1 },
      (_, count) => (chances[count] ?? 0) * (1 - rate) + (chances[count - 1] ?? 0) * rate,
    );
  }
  return chances;
}

function expectation(trials: number, rate: number, line: number): number {
  return distribution(trials, rate).reduce(
    (sum, chance, events) => sum + chance * Math.exp(oneArmEvidence(trials, events, line)),
    0,
  );
}

/** Exact probability that the e-value ever reaches 1 / alpha within so many trials, looking after each. */
function everCrosses(trials: number, rate: number, line: number, alpha: number): number {
  let chances = [1];
  let crossed = 0;
  for (let trial = 1; trial <= trials; trial += 1) {
    const next: number[] = Array.from({ length: Math.min(chances.length + 1, 200) }, () => 0);
    for (const [count, chance] of chances.entries()) {
      next[count] = (next[count] ?? 0) + chance * (1 - rate);
      next[count + 1] = (next[count + 1] ?? 0) + chance * rate;
    }
    // more events are more evidence: whoever crosses does so from some count on
    for (
      let count = next.length - 1;
      count >= 0 && oneArmEvidence(trial, count, line) >= Math.log(1 / alpha);
      count -= 1
    ) {
      crossed += next[count] ?? 0;
      next[count] = 0;
    }
    while (next.length > 1 && next.at(-1) === 0) next.pop();
    chances = next;
  }
  return crossed;
}

describe('oneArmEvidence', () => {
  it('is expected to stay at 1 on the line, and to fall below it', () => {
    for (const line of [0.001, 0.01, 0.05, 0.5]) {
      expect(expectation(100, line, line), `at ${line}`).to.be.closeTo(1, 1e-9);
      expect(expectation(100, line / 2, line), `below ${line}`).to.be.lessThan(1);
      expect(expectation(100, Math.min(0.9, line * 2), line), `above ${line}`).to.be.greaterThan(1);
    }
  });

  it('ever alarms on the line with less than alpha, though asked after each request', () => {
    for (const line of [0.005, 0.02, 0.05]) {
      const alarms = everCrosses(1_500, line, line, 0.01);
      expect(alarms, `line ${line}`).to.be.greaterThan(0.0005).and.lessThan(0.01);
    }
  });

  it('grows with events and shrinks with good requests', () => {
    expect(oneArmEvidence(100, 5, 0.01)).to.be.greaterThan(oneArmEvidence(100, 4, 0.01));
    expect(oneArmEvidence(110, 5, 0.01)).to.be.lessThan(oneArmEvidence(100, 5, 0.01));
  });

  it('is certain within a few failures when everything fails', () => {
    expect(Math.exp(oneArmEvidence(4, 4, 0.01))).to.be.greaterThan(100);
  });

  it('has no say about a line that nothing can be above', () => {
    expect(oneArmEvidence(100, 100, 1)).to.equal(0);
  });

  it('can test a line of zero', () => {
    expect(oneArmEvidence(100, 0, 0)).to.be.lessThan(0);
    expect(Math.exp(oneArmEvidence(100, 1, 0))).to.be.greaterThan(100);
  });
});
