import { z } from 'zod';
import { describeDuration } from '../../contract/duration.js';
import type { Plan } from '../../contract/plan.js';
import type { Gate } from '../step.js';

/** Milliseconds for all but the holds: a snapshot, provisioning, convergence. A guess on the short side. */
const besides = 15 * 60_000;
const heldSchema = z.object({ holdMilliseconds: z.number() });

/** Credentials that end in the middle would leave the run to somebody else's hands; told before anything is changed. */
export const credentialsLast: Gate = {
  async ask({ plan, platform, clock }) {
    const end = await platform.credentialsEnd?.();
    if (end?.at === undefined) return { answer: 'yes', because: end?.because ?? 'nothing ends here', evidence: {} };
    const left = end.at.getTime() - clock.now().getTime();
    const needed = atLeast(plan);
    const evidence = { endAt: end.at.toISOString(), leftMilliseconds: left, neededMilliseconds: needed };
    if (left >= needed) return { answer: 'yes', because: end.because, evidence };
    const words = `${end.because}, in ${describeDuration(Math.max(0, left))}; this run takes ${describeDuration(needed)} or more`;
    return { answer: 'no', because: words, evidence };
  },
};

function atLeast({ steps }: Plan): number {
  return steps.reduce((sum, step) => {
    const held = heldSchema.safeParse(step.arguments);
    return sum + (held.success ? held.data.holdMilliseconds : 0);
  }, besides);
}
