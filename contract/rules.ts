import { z } from 'zod';
import { durationTextSchema } from './duration.js';

/**
 * What one metric of the slot under judgement may be. At or below `pass` is yes, above `fail` is no, between is a hold.
 * `failWorseByPercent` compares with the live slot over the same time; the difference must also be statistically certain.
 */
export const limitSchema = z
  .strictObject({
    pass: z.number().nonnegative().optional(),
    fail: z.number().nonnegative().optional(),
    failWorseByPercent: z.number().positive().optional(),
  })
  .refine((limit) => limit.pass === undefined || limit.fail === undefined || limit.pass <= limit.fail, {
    error: 'pass at or below fail: a rollback line below the success line contradicts itself',
  });

export type Limit = z.infer<typeof limitSchema>;

/** Units: errorPercent is percent of requests, the latencies are milliseconds. */
export const limitsSchema = z.strictObject({
  errorPercent: limitSchema.prefault({ pass: 1, fail: 2, failWorseByPercent: 100 }),
  p50Milliseconds: limitSchema.prefault({}),
  p95Milliseconds: limitSchema.prefault({ failWorseByPercent: 50 }),
  p99Milliseconds: limitSchema.prefault({}),
});

export type Limits = z.infer<typeof limitsSchema>;

const increasingTo100 = z
  .array(z.number().min(1).max(100))
  .min(1)
  .refine((weights) => weights.at(-1) === 100, { error: 'weights that end at 100' })
  .refine((weights) => weights.every((weight, index) => index === 0 || weight > (weights[index - 1] ?? 0)), {
    error: 'weights that increase',
  });

/** What migrations may do to those who use the database meanwhile. */
export const migrationRulesSchema = z.strictObject({
  /** The longest that a statement may keep reads or writes of a table waiting, as estimated from its size. */
  longestBlock: durationTextSchema.prefault('1s'),
  /** How long anybody may really wait for what a migration holds, before its statement is cancelled. */
  stopAfter: durationTextSchema.prefault('5s'),
  /** A release that migrates by its own command shows no SQL: `ask` needs a waiver each time, `trust` lets it pass. */
  ownCommand: z.enum(['ask', 'trust']).default('ask'),
});

/** What has to be proven of the database before a release may change it. */
export const databaseRulesSchema = z.strictObject({
  /** How old the last good restore drill may be; null: nobody asks. */
  restoreDrill: durationTextSchema.nullable().default(null),
  /**
   * Migrations on a copy: `deploy` does it in every deploy, `ahead` asks for one that was done before, `never`. Null:
   * `deploy` on this machine; on AWS `ahead` where `database.rehearsals` is on, and else `never`.
   */
  rehearsal: z.enum(['deploy', 'ahead', 'never']).nullable().default(null),
  /** How long a good rehearsal of the same migrations and releases is accepted. */
  rehearsalFor: durationTextSchema.prefault('24h'),
});

/** How a release gets the traffic. */
export const rulesSchema = z.strictObject({
  weights: increasingTo100.prefault([10, 50, 100]),
  /** The least time that a share is watched before it may grow. */
  hold: durationTextSchema.prefault('5m'),
  /** Requests that the slot must have answered, per service, before a yes: 300 clean ones show an error rate below 1 % with 95 % certainty. */
  minimumRequests: z.int().min(1).max(1_000_000).default(300),
  /** How long an unknown may last: at its end a split is rolled back, and whole traffic holds. */
  unknownFor: durationTextSchema.prefault('10m'),
  /** Chance of rolling back a healthy release, in percent, for the sequential tests. */
  falseAlarmPercent: z.number().min(0.01).max(10).default(1),
  limits: limitsSchema.prefault({}),
  /** Watched at 100 % before the run completes; the other slot keeps standing. */
  bake: durationTextSchema.prefault('10m'),
  /** After this time without a sign of the run, the platform itself takes split traffic back. */
  deadMansSwitch: durationTextSchema.prefault('2m'),
  convergeWithin: durationTextSchema.prefault('1m'),
  /** How long people may take to decide while traffic is split and watched; then it goes back. */
  decideWithin: durationTextSchema.prefault('1h'),
  migrations: migrationRulesSchema.prefault({}),
  database: databaseRulesSchema.prefault({}),
});

export type Rules = z.infer<typeof rulesSchema>;
