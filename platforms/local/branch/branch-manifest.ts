import { join } from 'node:path';
import { z } from 'zod';
import { contentsSchema } from '../../postgres/contents.js';
import { rowBoundsSchema } from '../../postgres/row-bounds.js';
import { writeMarkSchema } from '../../postgres/write-mark.js';
import { readJsonFile } from '../atomic-file.js';
import { backupFolder } from '../backup/manifest.js';

/** What was noted of the database right before and after its branch was made; the branch itself is the service's. */
export const branchManifestSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('branch'),
  name: z.string(),
  database: z.string(),
  serverVersion: z.string(),
  createdAt: z.iso.datetime(),
  milliseconds: z.number(),
  /** Of the database, not of what the service stores for it. */
  bytes: z.int().nonnegative(),
  tables: rowBoundsSchema,
  contents: z.strictObject({ before: contentsSchema, after: contentsSchema }),
  /** Null where the server doesn't tell how much was written. */
  mark: writeMarkSchema.nullable(),
});

export type BranchManifest = z.infer<typeof branchManifestSchema>;

/** Undefined where nothing was noted of such a branch. Throws ConfigurationError when it doesn't fit its schema. */
export async function readBranchManifest(folder: string, name: string): Promise<BranchManifest | undefined> {
  return readJsonFile(join(backupFolder(folder, name), 'manifest.json'), branchManifestSchema);
}
