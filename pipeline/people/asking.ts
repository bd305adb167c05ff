import { z } from 'zod';
import type { JsonObject } from '../../contract/json.js';

/** What is asked of people: stands in the plan, as the arguments of a gate or among those of a judgement. */
export const askingSchema = z.strictObject({
  /** Of the item, or of the rule, that asks. */
  item: z.string().min(1),
  title: z.string().min(1),
  asks: z.enum(['approval', 'sign-off']),
  role: z.string().min(1),
  count: z.int().min(1).max(20),
  /** Names of those who hold the role, as they were when the plan was made. */
  holders: z.array(z.string()),
  /** How long a decision counts, and is waited for, before the first change. Left out: as long as the run. */
  expiresMilliseconds: z.number().positive().optional(),
  /** Items of the same step that are decided before this one is asked. */
  after: z.array(z.string()).optional(),
  /** What becomes of a run that nobody has decided on by then. */
  otherwise: z.enum(['hold', 'refuse']).default('hold'),
});
export type Asking = z.output<typeof askingSchema>;

/** As it stands in a plan. */
export function askingJson({ expiresMilliseconds, after, ...asking }: Asking): JsonObject {
  return {
    ...asking,
    ...(expiresMilliseconds === undefined ? {} : { expiresMilliseconds }),
    ...(after === undefined ? {} : { after }),
  };
}
