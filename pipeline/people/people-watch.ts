import { OperatorError } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import { worstAnswer } from '../../contract/verdict.js';
import type { Context } from '../step.js';
import type { Asking } from './asking.js';
import { askInOrder } from './ask-in-order.js';

const lookEvery = 2_000;

/**
 * Looks for what people decide beside a judgement: one that is slow to be read never keeps the judgement from looking at
 * its slot. What is news is recorded.
 */
export class PeopleWatch {
  readonly #context: Context;
  readonly #askings: readonly Asking[];
  readonly #stop = new AbortController();
  #newest: Verdict;
  #failure: { readonly error: unknown } | undefined;

  constructor(context: Context, askings: readonly Asking[]) {
    this.#context = context;
    this.#askings = askings;
    const because = askings.length === 0 ? 'nobody is asked' : 'not looked yet';
    this.#newest = { answer: askings.length === 0 ? 'yes' : 'unknown', because, evidence: {} };
  }

  /** As of the last look. Throws what recording threw. */
  get verdict(): Verdict {
    if (this.#failure) throw this.#failure.error;
    return this.#newest;
  }

  begin(): void {
    if (this.#askings.length === 0) return;
    this.#look().catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  /** Waits for nothing: users' traffic may be about to go back. */
  end(): void {
    this.#stop.abort();
  }

  async #look(): Promise<void> {
    const { clock, signal } = this.#context;
    const over = AbortSignal.any([signal, this.#stop.signal]);
    for (;;) {
      const verdict = await this.#ask(over);
      if (over.aborted) return;
      const news = verdict.answer !== this.#newest.answer || verdict.because !== this.#newest.because;
      this.#newest = verdict;
      if (news)
        await this.#context.record({
          kind: 'noted',
          step: this.#context.step,
          message: verdict.because,
          evidence: verdict.evidence,
        });
      await clock.sleep(lookEvery, over).catch((error: unknown) => {
        if (!over.aborted) throw error;
      });
    }
  }

  async #ask(signal: AbortSignal): Promise<Verdict> {
    try {
      const verdicts = await askInOrder({ ...this.#context, signal }, this.#askings);
      const answer = worstAnswer(verdicts.map((each) => each.answer));
      const because = verdicts.filter((each) => each.answer === answer).map((each) => each.because);
      return { answer, because: because.join('; '), evidence: { people: verdicts.map(({ evidence }) => evidence) } };
    } catch (error) {
      if (signal.aborted) return this.#newest;
      if (!(error instanceof OperatorError)) throw error;
      return { answer: 'unknown', because: error.message, evidence: {} };
    }
  }
}
