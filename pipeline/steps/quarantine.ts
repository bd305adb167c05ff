import { z } from 'zod';
import { digestSchema } from '../../contract/json.js';
import type { Step } from '../step.js';

export const quarantineArguments = z.strictObject({ digests: z.array(digestSchema) });

/** Keeps what traffic has just been taken from from coming straight back. */
export function quarantine({ digests }: z.infer<typeof quarantineArguments>): Step {
  return {
    kind: 'change',
    async run({ plan, quarantine: list }) {
      for (const digest of digests) await list.add({ digest, because: plan.because, run: plan.run });
      return { because: `${digests.length} digests, until 'crossfade release allow'`, evidence: { digests } };
    },
  };
}
