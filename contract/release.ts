import { z } from 'zod';
import { digestSchema } from './json.js';
import { nameSchema } from './names.js';
import { verificationSchema } from './verification.js';

/** SemVer 2.0.0, the pattern its specification suggests. */
export const versionSchema = z
  .string()
  .max(100)
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?$/,
    { error: 'a version such as 1.4.0 or 1.4.0-rc.1' },
  );

/** What one service runs: an image by digest, or on the local platform a folder by the digest of its files. */
export const artifactSchema = z.strictObject({ digest: digestSchema, reference: z.string().min(1).max(1_000) });

/** Only `expand` migrations run while both slots may serve; a `contract` waits until no slot needs the shape it removes. */
export const migrationSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/, { error: "a migration's file name without a folder" }),
  checksum: digestSchema,
  phase: z.enum(['expand', 'contract']).default('expand'),
  sql: z.string(),
});

export const releaseSchema = z.strictObject({
  format: z.literal(1),
  version: versionSchema,
  commit: z.strictObject({ sha: z.string().max(64), author: z.string().max(200) }),
  createdAt: z.iso.datetime(),
  artifacts: z.record(nameSchema, artifactSchema),
  migrations: z.array(migrationSchema).default([]),
  /** argv of a one-off of this release that migrates by its own tool, run in the artifact of `service`. */
  migrate: z
    .strictObject({
      service: nameSchema,
      command: z.array(z.string()).min(1),
      /** A command that ends well and has changed nothing is a failure. */
      mustChange: z.boolean().optional(),
    })
    .optional(),
  verifications: z.array(verificationSchema).default([]),
  requiredSettings: z.array(z.string()).default([]),
  /** This release's services tolerate the other version of each other; needed where affinity is `none` and there is more than one. */
  toleratesMixedVersions: z.boolean().default(true),
});

export type Release = z.infer<typeof releaseSchema>;
export type Migration = z.infer<typeof migrationSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
