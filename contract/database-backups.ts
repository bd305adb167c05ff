import { z } from 'zod';
import { durationTextSchema, durationSchema, milliseconds } from './duration.js';

/** Where a secret lies, never what it is. */
export const secretPlaceSchema = z
  .string()
  .regex(/^(file|env):\S+$/, { error: "file:PATH, relative to the environment's directory, or env:NAME" });

const secondPlace = z.strictObject({
  /** s3://bucket or s3://bucket/prefix */
  url: z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._/-]+)?$/, {
    error: 's3://bucket or s3://bucket/prefix',
  }),
  region: z.string().min(1).optional(),
  /** A stand-in for S3 that answers at one address. */
  endpoint: z.url().optional(),
});

/** A program and its words, never a line for a shell. */
const argv = z.array(z.string().min(1)).min(1);

/** Commands of a service that keeps branches of a database: docs/database.md says what each is given, and answers. */
const branches = {
  create: argv,
  restore: argv,
  delete: argv,
  list: argv,
  /** Variables of these commands, and where each value lies. They get no others but PATH, HOME and what they are asked. */
  secrets: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, { error: 'a variable such as NEON_API_KEY' }), secretPlaceSchema)
    .default({}),
};

const options = {
  /**
   * `copy`: of the server's whole data folder. `dump`: what pg_dump writes, in its custom format. `branch`: what the
   * service that serves the database makes by `branches`.
   */
  kind: z.enum(['copy', 'dump', 'branch']).default('copy'),
  /** Backups that were verified and are kept, beside those that a slot or an open run needs. */
  keep: z.int().min(1).max(1_000).default(5),
  /** Folder of pg_dump and pg_restore; left out: PATH. */
  programs: z.string().min(1).optional(),
  /** How many processes restore a dump that isn't encrypted. */
  jobs: z.int().min(1).max(64).default(2),
  /** 32 bytes in hex or base64: dumps are encrypted with it. */
  encryptionKey: secretPlaceSchema.optional(),
  /** Where a second copy of each dump goes. */
  copyTo: secondPlace.optional(),
};

/** How a database is backed up, as a stack file says it. */
export const databaseBackupsSchema = z.strictObject({
  ...options,
  /** How long pg_dump waits for a lock that somebody else holds. */
  lockTimeout: durationTextSchema.prefault('30s'),
  /** How long `crossfade backups prune` leaves a database that a restore has replaced. */
  keepReplaced: durationTextSchema.prefault('14d'),
  branches: z
    .strictObject({
      ...branches,
      /** How long one command may take. */
      within: durationTextSchema.prefault('10m'),
    })
    .optional(),
});

/** Of environments that say nothing, in milliseconds. */
export const keepReplacedUsually = milliseconds(14 * 86_400_000);

/** The same as stack outputs carry it: durations in milliseconds. */
export const parsedDatabaseBackupsSchema = z.strictObject({
  ...options,
  lockTimeout: durationSchema,
  /** Left out by earlier versions. */
  keepReplaced: durationSchema.default(keepReplacedUsually),
  branches: z.strictObject({ ...branches, within: durationSchema }).optional(),
});

export type BranchCommands = NonNullable<z.infer<typeof parsedDatabaseBackupsSchema>['branches']>;
export type DatabaseBackups = z.infer<typeof parsedDatabaseBackupsSchema>;
