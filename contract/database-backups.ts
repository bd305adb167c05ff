import { z } from 'zod';
import { durationTextSchema, durationSchema } from './duration.js';

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

const options = {
  /** `copy`: of the server's whole data folder. `dump`: what pg_dump writes, in its custom format. */
  kind: z.enum(['copy', 'dump']).default('copy'),
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
});

/** The same as stack outputs carry it: durations in milliseconds. */
export const parsedDatabaseBackupsSchema = z.strictObject({ ...options, lockTimeout: durationSchema });

export type DatabaseBackups = z.infer<typeof parsedDatabaseBackupsSchema>;
