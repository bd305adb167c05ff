import { z } from 'zod';
import { answerSchema } from './verdict.js';

/** One thing that a review of migrations has to say about a place in a file. */
export const migrationFindingSchema = z.strictObject({
  /** The file or migration. */
  migration: z.string(),
  line: z.int(),
  column: z.int().optional(),
  code: z.string(),
  /** `stop` refuses a deploy, `warn` and `note` are for people. */
  severity: z.enum(['stop', 'warn', 'note']),
  because: z.string(),
  /** What to write instead, in words. */
  safer: z.string(),
  /** The same as SQL, a file each, where the text alone tells it. */
  instead: z.array(z.string()).optional(),
});

/** What a statement does, or one command of an ALTER TABLE. */
export const migrationActSchema = z.strictObject({
  migration: z.string(),
  line: z.int(),
  what: z.string(),
  locks: z.array(
    z.strictObject({
      relation: z.string(),
      mode: z.string(),
      blocks: z.enum(['nothing', 'writes', 'reads and writes']),
    }),
  ),
  /** Locks that can't be told from the text. */
  alsoLocks: z.string().optional(),
  rewrites: z.string().optional(),
  scans: z.string().optional(),
  phase: z.enum(['expand', 'contract', 'neutral']),
  /** Whether the application of the live slot goes on working. */
  live: z.strictObject({ answer: answerSchema, because: z.string() }),
  reverse: z.union([z.strictObject({ sql: z.string() }), z.strictObject({ none: z.string() })]),
  /** Number of the transaction within its file; null: it commits by itself. */
  transaction: z.int().nullable(),
  /** Estimated from sizes and assumed rates; null where no database told a size. */
  seconds: z.number().nullable(),
});

/** The database that was asked for sizes. */
export const reviewedDatabaseSchema = z.strictObject({
  serverVersion: z.string(),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.number(),
      bytes: z.number(),
      usesPerSecond: z.number().nullable(),
    }),
  ),
});

/** Evidence of the gate and of `crossfade migrations lint --json`. */
export const migrationReviewSchema = z.strictObject({
  answer: answerSchema,
  migrations: z.array(z.string()),
  findings: z.array(migrationFindingSchema),
  acts: z.array(migrationActSchema),
  database: reviewedDatabaseSchema.nullable(),
  longestBlockMilliseconds: z.number(),
  /** Findings that a journal line has no room for. */
  leftOff: z.int().default(0),
});

export type MigrationFinding = z.infer<typeof migrationFindingSchema>;
export type MigrationActRecord = z.infer<typeof migrationActSchema>;
export type MigrationReviewRecord = z.infer<typeof migrationReviewSchema>;
