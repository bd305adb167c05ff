import { z } from 'zod';
import { decisionSchema } from './decision.js';
import { durationTextSchema } from './duration.js';
import { jsonObjectSchema } from './json.js';
import { releaseTagSchema } from './release-tag.js';
import { answerSchema } from './verdict.js';

/** What stays to be done once a release is live. */
export const dutiesConfigurationSchema = z.strictObject({
  /** How long the slot that was live before keeps standing as the way back. */
  retireAfter: durationTextSchema.prefault('48h'),
  /** `person`: somebody is asked to retire it. `tick`: `crossfade tick` does it, once all that was due by then is done. */
  retire: z.enum(['person', 'tick']).default('person'),
  /** The release's commit gets a tag once it is live; left out: none. */
  tag: releaseTagSchema.optional(),
});
export type DutiesConfiguration = z.infer<typeof dutiesConfigurationSchema>;

const line = { format: z.literal(1), duty: z.string().min(1), at: z.iso.datetime() };

/** What is said about a run's duties, by whom. */
export const dutyLineSchema = z.discriminatedUnion('kind', [
  /** A process is asking it, and nobody else does until then. */
  z.strictObject({ ...line, kind: z.literal('asking'), by: z.string(), until: z.iso.datetime() }),
  z.strictObject({
    ...line,
    kind: z.literal('asked'),
    by: z.string(),
    answer: answerSchema,
    because: z.string(),
    evidence: jsonObjectSchema.default({}),
  }),
  /** Somebody says that it is done, and what they saw. */
  z.strictObject({
    ...line,
    kind: z.literal('done'),
    by: z.string(),
    because: z.string().min(1).max(2_000),
    /** Where the environment lists keys: signed by whoever it is `by`. */
    decision: decisionSchema.optional(),
  }),
  /** Those who hear of what is late were told, for the nth time. */
  z.strictObject({ ...line, kind: z.literal('escalated'), times: z.int().positive() }),
]);
export type DutyLine = z.infer<typeof dutyLineSchema>;
