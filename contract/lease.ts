import { z } from 'zod';
import { digestSchema } from './json.js';

/** Who owns an environment's traffic. Each renewal is the next version; the token grows only when the holder changes. */
export const leaseSchema = z.strictObject({
  format: z.literal(1),
  environment: z.string().min(1),
  /** Fencing token: whoever shows a smaller one than was seen is refused. */
  token: z.int().positive(),
  renewal: z.int().nonnegative(),
  holder: z
    .strictObject({
      run: z.string(),
      by: z.string(),
      host: z.string(),
      process: z.int(),
      /** What tells this process from a later one with the same number; absent where the system doesn't say. */
      started: z.string().optional(),
      since: z.iso.datetime(),
    })
    .nullable(),
  /** An observer that has seen the same renewal for this long, in milliseconds on its own monotonic clock, may take over. */
  term: z.number().positive(),
  /** Anchor of the journal: its last sequence and hash. */
  head: z.strictObject({ run: z.string(), sequence: z.int().nonnegative(), hash: digestSchema }).nullable(),
});

export type Lease = z.infer<typeof leaseSchema>;

/** Written beside the lease; the holder obeys within two seconds. */
export const requestSchema = z.strictObject({
  format: z.literal(1),
  action: z.enum(['rollback', 'abort']),
  run: z.string().min(1),
  by: z.string().min(1),
  because: z.string(),
  at: z.iso.datetime(),
});

export type Request = z.infer<typeof requestSchema>;

/** One line of what is said about requests to a run; `of` is the sequence of the line that asked. */
export const requestLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ format: z.literal(1), kind: z.literal('asked'), request: requestSchema }),
  z.strictObject({
    format: z.literal(1),
    kind: z.literal('taken'),
    of: z.int().nonnegative(),
    by: z.string(),
    at: z.iso.datetime(),
  }),
  z.strictObject({
    format: z.literal(1),
    kind: z.literal('answered'),
    of: z.int().nonnegative(),
    says: z.string(),
    at: z.iso.datetime(),
  }),
]);

export type RequestLine = z.infer<typeof requestLineSchema>;
