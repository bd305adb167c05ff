import { z } from 'zod';
import { sameWeights, weightsTo, weightsSchema } from '../../contract/weights.js';
import { putBack } from './shift.js';
import type { Step } from '../step.js';

export const openArguments = z.strictObject({ services: z.array(z.string()), weights: weightsSchema });
export const closeArguments = z.strictObject({ services: z.array(z.string()) });

/** Routes that answered the test header only now answer users, with the weights of all others. */
export function openRoutes({ services, weights }: z.infer<typeof openArguments>): Step {
  return {
    kind: 'change',
    movesTraffic: true,
    async run({ platform, token, work }) {
      const reading = await platform.traffic.open(services, weights, {
        expected: undefined,
        token,
        signal: work.signal,
      });
      // Before any release a balancer may have routes that are open already, with weights of its own.
      const there = reading.weights !== undefined && sameWeights(reading.weights, weights);
      if (!there) await platform.traffic.shift(weights, { expected: undefined, token, signal: work.signal });
      const mark = await platform.metrics.mark();
      return { because: services.join(', '), evidence: { services, mark, weights } };
    },
    async undo(context) {
      if (context.plan.weightsBefore === null) return putBack(context);
      await context.platform.traffic.close(services, { expected: undefined, token: context.token });
      return { closed: services };
    },
  };
}

/** Routes of services that the slot about to be whole does not have. */
export function closeRoutes({ services }: z.infer<typeof closeArguments>): Step {
  return {
    kind: 'change',
    movesTraffic: true,
    async run({ platform, token, work }) {
      await platform.traffic.close(services, { expected: undefined, token, signal: work.signal });
      return { because: services.join(', '), evidence: { services } };
    },
    async undo({ plan, platform, token }) {
      const weights = plan.weightsBefore ?? weightsTo(plan.to, 100);
      await platform.traffic.open(services, weights, { expected: undefined, token });
      return { opened: services };
    },
  };
}
