import { z } from 'zod';
import { digestSchema } from './json.js';

const common = {
  format: z.literal(1),
  digest: digestSchema,
  because: z.string().min(1),
  by: z.string().min(1),
  at: z.iso.datetime(),
};

/** What was refused, and what was allowed again: the newest line about a digest counts. */
export const quarantineLineSchema = z.discriminatedUnion('kind', [
  /** `run`: which one rolled it back, or `by hand`. */
  z.strictObject({ ...common, kind: z.literal('quarantined'), run: z.string().min(1) }),
  z.strictObject({ ...common, kind: z.literal('allowed') }),
]);

export type QuarantineLine = z.infer<typeof quarantineLineSchema>;
