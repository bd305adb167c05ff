import { z } from 'zod';

const rangeSchema = z
  .strictObject({ atLeast: z.number().optional(), atMost: z.number().optional() })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, { error: 'atLeast, atMost, or both' })
  .refine(({ atLeast, atMost }) => atLeast === undefined || atMost === undefined || atLeast <= atMost, {
    error: 'atLeast at or below atMost',
  });

export type Range = z.infer<typeof rangeSchema>;

/** What an answer must be. The first column counts where one value is meant. */
export const expectationSchema = z.union([
  /** How many rows there are. */
  z.strictObject({ rows: z.union([z.int().nonnegative(), rangeSchema]) }),
  /** The first row's value: exactly this text (null: NULL or no row), or a number within a range. */
  z.strictObject({ scalar: z.union([z.string(), z.null(), rangeSchema]) }),
  /** The rows' values, each once, in any order: exactly these. */
  z.strictObject({ set: z.array(z.string()) }),
  /** The first row's value in percent of what the same question answered before the migrations. */
  z.strictObject({
    percentOfBefore: rangeSchema,
  }),
]);

export type Expectation = z.infer<typeof expectationSchema>;

const part = '[A-Za-z_\\u0080-\\uffff][A-Za-z0-9_$\\u0080-\\uffff]{0,62}';
/** As the catalogue has it, upper and lower case told apart; `public` where no schema is named. */
const relationName = z
  .string()
  .regex(new RegExp(`^(?:${part}\\.)?${part}$`, 'u'), { error: 'a name such as orders or sales.orders' });

/** Questions that are asked again and again, ready to use. */
export const checkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('index-valid'), index: relationName }),
  z.strictObject({ kind: z.literal('enum-labels'), type: relationName, labels: z.array(z.string()).min(1) }),
  z.strictObject({ kind: z.literal('row-count'), table: relationName, rows: rangeSchema }),
  /** Rows of one table for each row of the other. */
  z.strictObject({ kind: z.literal('row-ratio'), of: relationName, to: relationName, ratio: rangeSchema }),
  /** By pg_stat_statements. `ifThere`: passes, and says so, where the extension is not. */
  z.strictObject({
    kind: z.literal('slow-queries'),
    meanMilliseconds: z.number().positive(),
    atMost: z.int().nonnegative().default(0),
    minimumCalls: z.int().positive().default(10),
    ifThere: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('index-use'), index: relationName, scans: rangeSchema }),
  /** With its indexes and what is stored out of line. */
  z.strictObject({ kind: z.literal('table-size'), table: relationName, bytes: rangeSchema }),
  /** Of clients, against what the server allows, or against a pool's size. */
  z.strictObject({
    kind: z.literal('connections'),
    atMostPercent: z.number().positive().max(100),
    pool: z.int().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal('replication-lag'),
    atMostSeconds: z.number().nonnegative(),
    replicas: z.int().nonnegative().default(1),
  }),
]);

export type Check = z.infer<typeof checkSchema>;

const name = z.string().min(1);
const sql = z.string().min(1);

/** Asked in a read-only transaction, by a role that may only read, with a time limit. */
export const verificationSchema = z.union([
  z.strictObject({ name, sql, equals: z.string() }),
  z.strictObject({ name, sql, expect: expectationSchema }),
  z.strictObject({ name, check: checkSchema }),
]);

export type Verification = z.infer<typeof verificationSchema>;
