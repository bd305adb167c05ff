import { z } from 'zod';
import { describeWeights, weightsSchema } from '../../contract/weights.js';
import { HeldError, VerdictError } from '../endings.js';
import type { Step } from '../step.js';

export const convergeArguments = z.strictObject({ weights: weightsSchema, shift: z.string() });

const lookEvery = 500;

/** Waits until the data plane is seen doing what the weights say. */
export function converge({ weights, shift }: z.infer<typeof convergeArguments>): Step {
  return {
    kind: 'look',
    async run(context) {
      const { platform, clock, plan, signal, work } = context;
      const began = clock.monotonic();
      const recorded = context.evidenceOf(shift)?.['mark'];
      const mark = typeof recorded === 'string' ? recorded : await platform.metrics.mark();
      for (;;) {
        const verdict = await platform.traffic.converged(weights, mark, signal);
        if (verdict.answer === 'yes') return { because: verdict.because, evidence: verdict.evidence };
        if (clock.monotonic() - began >= plan.rules.convergeWithin) {
          const because = `not converged to ${describeWeights(weights)} in time: ${verdict.because}`;
          // Whole traffic is never moved by blindness alone.
          if (verdict.answer === 'unknown' && weights[plan.to] === 100) throw new HeldError(because);
          throw new VerdictError({ ...verdict, because });
        }
        work.say(verdict.because);
        await clock.sleep(lookEvery, signal);
      }
    },
  };
}
