import { z } from 'zod';
import { digestSchema, jsonObjectSchema } from './json.js';
import { answerSchema } from './verdict.js';

const milliseconds = z.number().nonnegative();

/** A backup that was restored aside, outside of any run, and what came of it. */
export const drillRecordSchema = z.strictObject({
  format: z.literal(1),
  backup: z.string(),
  backupCreatedAt: z.iso.datetime(),
  at: z.iso.datetime(),
  by: z.string().min(1),
  /** From the beginning until everything was compared. */
  milliseconds,
  answer: answerSchema,
  because: z.string(),
  evidence: jsonObjectSchema,
});

/** Migrations that ran on a copy of the database, with both releases beside them where they can be started there, and what came of it. */
export const rehearsalRecordSchema = z.strictObject({
  format: z.literal(1),
  /** Of the migrations and of both releases. */
  digest: digestSchema,
  version: z.string(),
  backup: z.string(),
  at: z.iso.datetime(),
  by: z.string().min(1),
  milliseconds,
  answer: answerSchema,
  because: z.string(),
  evidence: jsonObjectSchema,
});

export type DrillRecord = z.infer<typeof drillRecordSchema>;
export type RehearsalRecord = z.infer<typeof rehearsalRecordSchema>;
