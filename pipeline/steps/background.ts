import { z } from 'zod';
import type { Step } from '../step.js';

export const handOverArguments = z.strictObject({ services: z.array(z.string()).min(1) });

/** Stops background work in the slot that is left before it starts in the other, so that no job is done by both. */
export function handOver({ services }: z.infer<typeof handOverArguments>): Step {
  return {
    kind: 'change',
    async run({ plan, platform, token, work }) {
      return {
        because: services.join(', '),
        evidence: await platform.background.handOver(services, plan.to, token, work),
      };
    },
    async undo({ plan, platform, token, work }) {
      if (plan.from === null) return platform.background.stop(services, plan.to, token, work);
      return platform.background.handOver(services, plan.from, token, work);
    },
  };
}
