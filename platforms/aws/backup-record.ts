import { z } from 'zod';
import { parse } from '../../contract/parse.js';
import { contentsSchema, readContents, type Contents } from '../postgres/contents.js';
import { rowBounds, rowBoundsSchema, type Moment } from '../postgres/row-bounds.js';
import { describeFailure, sqlStateOf, type Session } from '../postgres/session.js';
import { countTables } from '../postgres/table-counts.js';
import { markWrites, writeMarkSchema } from '../postgres/write-mark.js';
import type { Keeper } from './keeper.js';

/** What RDS does not keep with a snapshot: how much had been written, and how many rows there were. */
const backupRecordSchema = z.strictObject({
  format: z.literal(1),
  /** From right before it: what is written since is counted as lost rather than as kept. */
  mark: writeMarkSchema,
  tables: rowBoundsSchema,
  /** Before and after it, for a drill; left out by earlier versions, and while it is being taken. */
  contents: z.strictObject({ before: contentsSchema, after: contentsSchema }).optional(),
});

export type BackupRecord = z.infer<typeof backupRecordSchema>;

/** Rows; a larger table is not counted before every release. */
const largestCounted = 1_000_000;

const keyOf = (environment: string, snapshot: string): string => `backups/${environment}/${snapshot}.json`;

export interface NotedMoment extends Moment {
  readonly contents?: Contents;
}

/** Milliseconds that a count waits for whoever has locked a table. */
const countsWithin = 30_000;

/** Whoever reads may have no right to all of it: what can't be read isn't noted, and said. */
export async function noteMoment(session: Session, say: (line: string) => void): Promise<NotedMoment> {
  await session.run(`SET lock_timeout = ${countsWithin}`);
  const moment = { mark: await markWrites(session), counts: await countTables(session, largestCounted) };
  try {
    return { ...moment, contents: await readContents(session, moment.counts) };
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    say(`a drill won't compare what is inside: ${describeFailure(error)}`);
    return moment;
  }
}

export async function writeBackupRecord(
  keeper: Keeper,
  place: { readonly environment: string; readonly snapshot: string },
  before: NotedMoment,
  after: NotedMoment,
): Promise<void> {
  const contents =
    before.contents && after.contents ? { contents: { before: before.contents, after: after.contents } } : {};
  const record: BackupRecord = { format: 1, mark: before.mark, tables: rowBounds(before, after), ...contents };
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
