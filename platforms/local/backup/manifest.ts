import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError, RefusedError } from '../../../contract/errors.js';
import { digestSchema } from '../../../contract/json.js';
import { parse } from '../../../contract/parse.js';
import { rowBoundsSchema } from '../../postgres/row-bounds.js';
import { contentsSchema } from '../../postgres/contents.js';
import { writeMarkSchema } from '../../postgres/write-mark.js';
import { errnoOf } from '../host/errno.js';

const count = z.int().nonnegative();

/** What a backup is, written last. A folder without one is no backup. */
export const backupManifestSchema = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  database: z.string(),
  serverVersion: z.string(),
  createdAt: z.iso.datetime(),
  milliseconds: z.number(),
  bytes: count,
  folders: z.array(z.string()),
  files: z.record(z.string(), z.strictObject({ bytes: count, digest: digestSchema })),
  /** At the moment which the backup restores. */
  tables: rowBoundsSchema,
  mark: writeMarkSchema,
  /** Before and after the moment; left out by earlier versions. */
  contents: z.strictObject({ before: contentsSchema, after: contentsSchema }).optional(),
});

export type BackupManifest = z.infer<typeof backupManifestSchema>;

/** The folder of a backup. Throws RefusedError for a name that is not one plain file name. */
export function backupFolder(backups: string, name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/.test(name))
    throw new RefusedError(`${JSON.stringify(name.slice(0, 60))} is no name for a backup`);
  return join(backups, name);
}

/** Undefined where there is no backup of this name. Throws ConfigurationError when the manifest doesn't fit its schema. */
export async function readManifest(backups: string, name: string): Promise<BackupManifest | undefined> {
  const file = join(backupFolder(backups, name), 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parse(backupManifestSchema, JSON.parse(text), file);
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new ConfigurationError(`${file}: expected JSON, found something else`, { cause });
    throw cause;
  }
}
