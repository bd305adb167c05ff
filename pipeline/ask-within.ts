import { OperatorError } from '../contract/errors.js';
import type { Verdict } from '../contract/verdict.js';
import type { Clock } from './ports/clock.js';
import type { Context, Gate } from './step.js';

const usually = 30_000;

/** A gate that can't be asked, or never ends, is unknown. `contextFor` is given the signal that ends the asking. */
export async function askWithin(
  gate: Gate,
  clock: Clock,
  contextFor: (over: AbortSignal) => Context,
): Promise<Verdict> {
  const over = new AbortController();
  const context = contextFor(over.signal);
  const within = gate.within?.(context) ?? usually;
  const late = clock
    .sleep(within, over.signal)
    .then((): Verdict => ({ answer: 'unknown', because: `no answer within ${within / 1_000} s`, evidence: {} }));
  // Whichever comes second is no longer waited for.
  late.catch(() => undefined);
  try {
    return await Promise.race([gate.ask(context), late]);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { answer: 'unknown', because: error.message, evidence: {} };
  } finally {
    over.abort();
  }
}
