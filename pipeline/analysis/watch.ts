import type { Verdict } from '../../contract/verdict.js';
import { describeDuration, seconds, type Duration } from '../../contract/duration.js';
import type { Observation } from '../ports/metrics.js';
import { judge } from './judge.js';
import type { JudgementRequest } from './judgement-request.js';
import { observedSince } from './observed-since.js';

interface Window {
  readonly start: Observation;
  readonly number: number;
}

/**
 * Judges all since the mark and also the last minutes alone, so that a slot that goes bad after a long good time isn't
 * hidden by it. Half of the false alarms allowed go to the whole, half to the windows, of which the nth gets a share
 * of 1 / n(n+1): so they add up to no more than the rules allow, however long the watch lasts.
 */
export class Watch {
  readonly #request: JudgementRequest;
  readonly #every: Duration;
  #windows: readonly Window[] = [];
  #opened = 0;

  /** A window begins `every` so often and is looked through for twice that long. */
  constructor(request: JudgementRequest, every: Duration = seconds(60)) {
    this.#request = request;
    this.#every = every;
  }

  /** `observation` is since the same mark each time. */
  look(observation: Observation): Verdict {
    const whole = judge(observation, this.#sharing(1 / 2));
    if (whole.answer === 'no') return whole;
    for (const window of this.#windows) {
      const recent = observedSince(window.start, observation);
      const share = 1 / (2 * window.number * (window.number + 1));
      const verdict = judge(recent, this.#sharing(share));
      if (verdict.answer === 'no') {
        const when = `in the last ${describeDuration(seconds(recent.seconds))}`;
        return { ...verdict, because: `${when}: ${verdict.because}` };
      }
    }
    this.#turn(observation);
    return whole;
  }

  #turn(observation: Observation): void {
    const age = ({ start }: Window): number => (observation.seconds - start.seconds) * 1_000;
    const newest = this.#windows.at(-1);
    const due = newest === undefined ? observation.seconds * 1_000 >= this.#every : age(newest) >= this.#every;
    if (!due) return;
    this.#opened += 1;
    const kept = this.#windows.filter((window) => age(window) < 2 * this.#every);
    this.#windows = [...kept, { start: observation, number: this.#opened }];
  }

  #sharing(share: number): JudgementRequest {
    const { rules } = this.#request;
    return { ...this.#request, rules: { ...rules, falseAlarmPercent: rules.falseAlarmPercent * share } };
  }
}
