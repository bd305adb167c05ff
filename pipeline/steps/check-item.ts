import { z } from 'zod';
import { askWithin } from '../ask-within.js';
import { VerdictError } from '../endings.js';
import { checkItem, itemFor } from '../gates/check-item.js';
import type { Context, Step } from '../step.js';
import { waiverOf } from '../waiver-of.js';

export const itemArguments = z.strictObject({ item: z.string() });

/** An item that speaks of the new slot, asked before users get there. */
export function lookAtItem({ item: id }: z.infer<typeof itemArguments>): Step {
  return {
    kind: 'look',
    blamesRelease: 'by-no',
    async run(context) {
      const verdict = await askWithin(checkItem, context.clock, (over) => ({
        ...context,
        signal: AbortSignal.any([context.signal, over]),
      }));
      context.signal.throwIfAborted();
      if (verdict.answer === 'yes') return verdict;
      await context.record({ kind: 'judged', step: context.step, ...verdict });
      const waiver = waiverFor(context);
      if (waiver) {
        await context.record({ kind: 'waived', step: context.step, because: waiver.because, by: waiver.by });
      } else if (itemFor(context)?.optional !== true) {
        throw new VerdictError({ ...verdict, because: `${id}: ${verdict.because}` });
      }
      return { because: `${verdict.answer}: ${verdict.because}`, evidence: verdict.evidence };
    },
  };
}

function waiverFor({ plan, step, waivers }: Context) {
  const planned = plan.steps.find(({ id }) => id === step);
  return planned && waiverOf(waivers, planned);
}
