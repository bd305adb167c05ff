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
      // A restore begins by stopping it: that step's own undo starts it, once the database is back.
      if (plan.from === null || plan.action === 'restore')
        return platform.background.stop(services, plan.to, token, work);
      return platform.background.handOver(services, plan.from, token, work);
    },
  };
}

/** Stops background work in the live slot; undone, it does it again. */
export function stopBackground({ services }: z.infer<typeof handOverArguments>): Step {
  return {
    kind: 'change',
    async run({ plan, platform, token, work }) {
      const evidence = await platform.background.stop(services, plan.from ?? plan.to, token, work);
      return { because: services.join(', '), evidence };
    },
    undo: ({ plan, platform, token, work }) =>
      platform.background.handOver(services, plan.from ?? plan.to, token, work),
  };
}
