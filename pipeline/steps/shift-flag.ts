import { z } from 'zod';
import { DriftError, PlatformError } from '../../contract/errors.js';
import type { Flags } from '../flags.js';
import type { Context, Step } from '../step.js';

export const shiftFlagArguments = z.strictObject({
  flag: z.string().min(1),
  percent: z.number().min(0).max(100),
  /** What the step before has left. */
  expected: z.number().min(0).max(100),
  /** Where it goes when the release goes back. */
  back: z.number().min(0).max(100),
});

/** Gives a flag to more users. Somebody else's change is no reason to overwrite it; on the way back it is. */
export function shiftFlag({ flag, percent, expected, back }: z.infer<typeof shiftFlagArguments>): Step {
  return {
    kind: 'change',
    async run(context) {
      const flags = flagsOf(context);
      const found = await flags.weights(flag, context.signal);
      if (found !== expected && found !== percent) {
        throw new DriftError(`${flag} is on for ${found} %, this step expected ${expected} %`, {
          hint: `somebody else moved it: put it back to ${expected} % and resume, or abort`,
        });
      }
      const mark = await context.platform.metrics.mark();
      if (found !== percent) await flags.shift(flag, percent, context.work.signal);
      return { because: `${flag} is on for ${percent} %`, evidence: { flag, percent, before: found, mark } };
    },
    async undo(context) {
      await flagsOf(context).shift(flag, back, context.work.signal);
      return { flag, percent: back };
    },
  };
}

function flagsOf({ flags }: Context): Flags {
  if (flags) return flags;
  throw new PlatformError('no flag service is configured here any more', { hint: 'flags in the stack file' });
}
