import { z } from 'zod';
import { digestSchema } from '../../../contract/json.js';
import { contentsSchema } from '../../postgres/contents.js';
import { writeMarkSchema } from '../../postgres/write-mark.js';
import { readJsonFile } from '../atomic-file.js';
import { join } from 'node:path';
import { backupFolder } from '../backup/manifest.js';

const count = z.int().nonnegative();

/** What a dump is, written last. A folder without one is no backup. */
export const dumpManifestSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal('dump'),
  name: z.string(),
  database: z.string(),
  serverVersion: z.string(),
  /** Of pg_dump. */
  clientVersion: z.string(),
  createdAt: z.iso.datetime(),
  milliseconds: z.number(),
  /** Of the file as it lies there. */
  bytes: count,
  digest: digestSchema,
  /** Sealed with the key of database.backups.encryptionKey; the key's own digest tells which. */
  sealed: z.strictObject({ key: digestSchema }).nullable(),
  /** Entries that pg_restore lists. */
  entries: count,
  /** Rows of each table in the snapshot that was dumped; null: too large to count. */
  tables: z.record(z.string(), count.nullable()),
  contents: z.strictObject({ before: contentsSchema, after: contentsSchema }),
  /** Null where the server doesn't tell how much was written. */
  mark: writeMarkSchema.nullable(),
});

export type DumpManifest = z.infer<typeof dumpManifestSchema>;

/** Of the dump itself, beside its manifest. */
export const dumpFile = 'database.dump';

/** Undefined where there is no dump of this name. Throws ConfigurationError when the manifest doesn't fit its schema. */
export async function readDumpManifest(dumps: string, name: string): Promise<DumpManifest | undefined> {
  return readJsonFile(join(backupFolder(dumps, name), 'manifest.json'), dumpManifestSchema);
}
