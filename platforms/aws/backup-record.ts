import { z } from 'zod';
import { parse } from '../../contract/parse.js';
import { rowBounds, rowBoundsSchema, type Moment } from '../postgres/row-bounds.js';
import type { Session } from '../postgres/session.js';
import { countTables } from '../postgres/table-counts.js';
import { markWrites, writeMarkSchema } from '../postgres/write-mark.js';
import type { Keeper } from './keeper.js';

/** What RDS does not keep with a snapshot: how much had been written, and how many rows there were. */
const backupRecordSchema = z.strictObject({
  format: z.literal(1),
  /** From right before it: what is written since is counted as lost rather than as kept. */
  mark: writeMarkSchema,
  tables: rowBoundsSchema,
});

export type BackupRecord = z.infer<typeof backupRecordSchema>;

/** Rows; a larger table is not counted before every release. */
const largestCounted = 1_000_000;

const keyOf = (environment: string, snapshot: string): string => `backups/${environment}/${snapshot}.json`;

export async function countMoment(session: Session): Promise<Moment> {
  return { mark: await markWrites(session), counts: await countTables(session, largestCounted) };
}

export async function writeBackupRecord(
  keeper: Keeper,
  place: { readonly environment: string; readonly snapshot: string },
  before: Moment,
  after: Moment,
): Promise<void> {
  const record: BackupRecord = { format: 1, mark: before.mark, tables: rowBounds(before, after) };
  await keeper.put(keyOf(place.environment, place.snapshot), JSON.stringify(record));
}

/** Undefined: when it was taken nobody reached the database. */
export async function readBackupRecord(
  keeper: Keeper,
  environment: string,
  snapshot: string,
): Promise<BackupRecord | undefined> {
  const key = keyOf(environment, snapshot);
  const text = await keeper.get(key);
  return text === undefined ? undefined : parse(backupRecordSchema, JSON.parse(text), key);
}
