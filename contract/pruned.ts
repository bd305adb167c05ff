import { z } from 'zod';

/** What `crossfade backups prune` has deleted at one time, by name. What deploys prune stands in their journals. */
export const prunedLineSchema = z.strictObject({
  format: z.literal(1),
  by: z.string().min(1),
  at: z.iso.datetime(),
  /** Backups. */
  removed: z.array(z.string()),
  /** Databases that restores have left. */
  dropped: z.array(z.string()),
  /** What rehearsals, drills and checks have left. */
  swept: z.array(z.string()),
});

export type PrunedLine = z.infer<typeof prunedLineSchema>;
