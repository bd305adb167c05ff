import { z } from 'zod';
import { colourSchema } from './colour.js';

/** What a slot's guard on AWS remembers: where to ask whether users still need the slot. */
export const guardedSlotSchema = z.object({
  environment: z.string(),
  accountId: z.string(),
  region: z.string(),
  /** A stand-in for AWS, in tests; null: AWS itself. */
  endpoint: z.string().nullable(),
  colour: colourSchema,
  clusterArn: z.string(),
  /** `app/name/id`, the dimension that CloudWatch wants. */
  metricDimension: z.string(),
  maintenanceRuleArn: z.string(),
  routes: z.array(z.object({ service: z.string(), ruleArn: z.string(), targetGroupArn: z.string() })),
  /** Services of the slot that nobody is routed to. */
  background: z.array(z.string()),
});

export type GuardedSlot = z.infer<typeof guardedSlotSchema>;
