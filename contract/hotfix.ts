import { z } from 'zod';
import { durationTextSchema } from './duration.js';
import { digestSchema } from './json.js';
import { environmentNameSchema } from './names.js';

/** The fast lane of an environment: what it asks instead of the checklist's people and windows. */
export const hotfixConfigurationSchema = z.strictObject({
  /** The role of which one person approves it. */
  approvedBy: z.string().min(1).max(100),
  /** The environment in which the same digests must have been promoted. */
  staging: environmentNameSchema,
  /** Watched at 100 % for so long, where the rules say longer. */
  bake: durationTextSchema.prefault('5m'),
  /** By when what was skipped is made up for. */
  makeUpWithin: durationTextSchema.prefault('24h'),
});
export type HotfixConfiguration = z.infer<typeof hotfixConfigurationSchema>;

/** The run that promoted the same digests in staging, and where its journal ended. */
export const stagedSchema = z.strictObject({
  environment: z.string(),
  run: z.string(),
  at: z.iso.datetime(),
  head: digestSchema,
});
export type Staged = z.infer<typeof stagedSchema>;

/** As a plan carries it. */
export const plannedHotfixSchema = z.strictObject({
  because: z.string().min(1),
  approvedBy: z.string(),
  staged: stagedSchema,
  /** Ids of the checklist's items that are duties now. */
  skipped: z.array(z.string()),
});
export type PlannedHotfix = z.infer<typeof plannedHotfixSchema>;
