import { z } from 'zod';
import { colourSchema } from './colour.js';
import { digestSchema, jsonObjectSchema } from './json.js';
import { planSchema } from './plan.js';
import { answerSchema } from './verdict.js';
import { weightsSchema } from './weights.js';

/** How a run ended. `held` and `interrupted` ended only for now: the run can be resumed. */
export const outcomeSchema = z.enum([
  'completed',
  'refused',
  'rolled-back',
  'rollback-failed',
  'held',
  'interrupted',
  'aborted',
]);
export type Outcome = z.infer<typeof outcomeSchema>;

const failure = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });
const evidence = jsonObjectSchema.default({});
const step = z.string().min(1);

/** What can be said in a journal, by kind. */
export const eventBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('planned'), plan: planSchema, hash: digestSchema }),
  z.strictObject({ kind: z.literal('began'), step }),
  z.strictObject({ kind: z.literal('passed'), step, because: z.string().default(''), evidence }),
  z.strictObject({ kind: z.literal('skipped'), step, because: z.string() }),
  z.strictObject({ kind: z.literal('asked'), step, answer: answerSchema, because: z.string(), evidence }),
  z.strictObject({
    kind: z.literal('waived'),
    step,
    because: z.string(),
    by: z.string(),
    evidence: jsonObjectSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('failed'), step, failure }),
  z.strictObject({ kind: z.literal('judged'), step, answer: answerSchema, because: z.string(), evidence }),
  z.strictObject({ kind: z.literal('noted'), step: step.optional(), message: z.string(), evidence }),
  z.strictObject({ kind: z.literal('undo-began'), step }),
  z.strictObject({ kind: z.literal('undone'), step, evidence }),
  z.strictObject({ kind: z.literal('undo-failed'), step, failure }),
  /** The run goes back from here, and never forward again. */
  z.strictObject({
    kind: z.literal('turned'),
    because: z.string(),
    by: z.string(),
    aborted: z.boolean(),
    /** Its digests are quarantined. */
    blamesRelease: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('resumed'), by: z.string(), weights: weightsSchema.nullable() }),
  z.strictObject({ kind: z.literal('fired'), token: z.int(), weights: weightsSchema, because: z.string() }),
  z.strictObject({
    kind: z.literal('ended'),
    outcome: outcomeSchema,
    because: z.string(),
    weights: weightsSchema.nullable(),
    live: colourSchema.nullable(),
    /** From the decision to go back to the read-back of the weights. */
    backMilliseconds: z.number().nonnegative().optional(),
  }),
]);

export type EventBody = z.infer<typeof eventBodySchema>;
export type EventKind = EventBody['kind'];

/** One line of a journal. `previous` is the hash of the line before, all zero at sequence 0. */
export const eventSchema = z.strictObject({
  format: z.literal(1),
  run: z.string().min(1),
  sequence: z.int().nonnegative(),
  /** Wall clock of the writer, for people; nothing is decided by it. */
  at: z.iso.datetime(),
  token: z.int().nonnegative(),
  by: z.string().min(1),
  previous: digestSchema,
  body: eventBodySchema,
});

export type Event = z.infer<typeof eventSchema>;
