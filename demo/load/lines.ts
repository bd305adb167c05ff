import { z } from 'zod';

/** Who answered, as the answer itself says; null: nobody of the product did (no answer, or one of the balancer's own). */
const answererSchema = z.strictObject({ version: z.string().nullable(), colour: z.string().nullable() });

const count = z.int().nonnegative();

const groupSchema = z.strictObject({
  ...answererSchema.shape,
  requests: count,
  /** Answers that are not 2xx by their status, and broken connections by their code. */
  failures: z.record(z.string(), count),
  /** Wall clock in milliseconds at which a request of this group first and last began. */
  firstBegan: z.number(),
  lastBegan: z.number(),
  milliseconds: z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }),
});

export const failureSchema = z.strictObject({
  ...answererSchema.shape,
  at: z.number(),
  method: z.string(),
  path: z.string(),
  /** A status such as `500`, or an error code such as `ECONNRESET`. */
  reason: z.string(),
});

/** What the load generator says: one line of JSON for every second, and one when it ends. */
export const loadLineSchema = z.discriminatedUnion('line', [
  z.strictObject({ line: z.literal('second'), at: z.number(), inFlight: count, groups: z.array(groupSchema) }),
  z.strictObject({
    line: z.literal('summary'),
    seconds: z.number(),
    requests: count,
    groups: z.array(groupSchema),
    /** The first ones, to look at. */
    failures: z.array(failureSchema),
    /** How far behind its schedule the generator itself ever was. */
    latestMilliseconds: z.number(),
  }),
]);

export type LoadGroup = z.infer<typeof groupSchema>;
export type LoadFailure = z.infer<typeof failureSchema>;
export type LoadLine = z.infer<typeof loadLineSchema>;
export type LoadSecond = Extract<LoadLine, { line: 'second' }>;
export type LoadSummary = Extract<LoadLine, { line: 'summary' }>;
