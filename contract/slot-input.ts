import { z } from 'zod';
import { releaseSchema } from './release.js';
import { settingsSchema } from './settings.js';

/**
 * What a run hands to a slot's program, and what the slot's outputs give back, so that a later `pulumi up`
 * without a run reproduces exactly this.
 */
export const slotInputSchema = z.strictObject({
  run: z.string().min(1),
  release: releaseSchema,
  settings: settingsSchema,
  /** Replicas per service; the live slot's number where it has scaled. */
  replicas: z.record(z.string(), z.int().nonnegative()),
});

export type SlotInput = z.infer<typeof slotInputSchema>;
