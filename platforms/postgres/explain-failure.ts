import { PlatformError } from '../../contract/errors.js';
import type { PostgresAddress } from './address.js';
import { StatementFailure } from './apply-migration.js';
import { describeState, readState, type DatabaseState } from './database-state.js';
import type { ReadMigration } from './read-migration.js';
import type { Stopped } from './migration-watch.js';
import { describeFailure, sqlStateOf } from './session.js';

const diskFull = '53100';

export interface Failed {
  readonly address: PostgresAddress;
  readonly migrations: readonly ReadMigration[];
  readonly migration: ReadMigration;
  /** Of the release. */
  readonly version: string;
  /** Who was last seen in the way of it. */
  readonly blocker: string | undefined;
  /** Why the watch has cancelled it. */
  readonly stopped: Stopped | undefined;
  readonly readStateWithinMilliseconds: number;
}

/** What a migration that stopped has left, read back from the database, and how to go on. Undefined for what no database said: a bug, or an interrupt. */
export async function explainFailure(failed: Failed, error: unknown): Promise<PlatformError | undefined> {
  const cause = error instanceof StatementFailure ? error.cause : error;
  if (sqlStateOf(cause) === undefined && !(cause instanceof PlatformError)) return undefined;
  const where = error instanceof StatementFailure ? `, line ${error.line}` : '';
  const state = await readState(failed.address, failed.migrations, failed.readStateWithinMilliseconds);
  const blocked = sqlStateOf(cause) === '55P03' && failed.blocker !== undefined ? `; held by ${failed.blocker}` : '';
  // 57014: query_canceled, by the watch or by somebody else.
  const stopped = sqlStateOf(cause) === '57014' && failed.stopped !== undefined ? failed.stopped : undefined;
  const what = stopped === undefined ? `${describeFailure(cause)}${blocked}` : `stopped by itself: ${stopped.because}`;
  return new PlatformError(`migration ${failed.migration.id}${where}: ${what}. ${describeState(state)}`, {
    hint: howToGoOn(failed, cause, state, stopped),
    cause,
  });
}

/** The run that asked for it has gone back: what goes on is another one. */
function howToGoOn(
  { migration, version }: Failed,
  cause: unknown,
  state: DatabaseState | undefined,
  stopped: Stopped | undefined,
): string {
  const drops = (state?.invalidIndexes ?? []).map((name) => `DROP INDEX CONCURRENTLY ${name};`);
  const again = `deploy ${version} again`;
  const full = sqlStateOf(cause) === diskFull ? `make room on the server's disk, then ${again}` : undefined;
  const first = stopped?.hint(again) ?? full;
  if (drops.length > 0) return `${drops.join(' ')} then ${first ?? again}`;
  if (first !== undefined) return first;
  const half = state?.half.find(({ id }) => id === migration.id);
  const passing =
    cause instanceof PlatformError ||
    ['55P03', '40P01', '40001', '57014', '57P01', '57P02', '57P03'].includes(sqlStateOf(cause) ?? '');
  if (half?.cutLine !== undefined && !passing) {
    return (
      `if the statement at line ${half.cutLine} is in already: ` +
      `UPDATE public.crossfade_migrations SET finished = ${half.finished + 1} WHERE id = '${half.id}'; then ${again}. ` +
      `Otherwise mend what it names, then ${again}`
    );
  }
  return passing
    ? `${again}: it begins at the first that is not in`
    : `mend ${migration.id} and make a new release of it; what is in stays in`;
}
