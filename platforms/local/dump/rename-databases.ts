import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { PlatformError } from '../../../contract/errors.js';
import { describeFailure, sqlStateOf, type Session } from '../../postgres/session.js';
import { wait } from '../../postgres/wait.js';

/** A rename needs that nobody is connected: sessions are ended, and those that come back at once are ended again. */
const renameWithin = 30_000;

/**
 * All of them in one transaction, with what is said of them: all, or none. Nobody may be connected, so sessions are ended.
 * Throws PlatformError where they come back for longer than 30 s.
 */
export async function renameDatabases(
  session: Session,
  pairs: readonly (readonly [from: string, to: string])[],
  comments: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + renameWithin;
  const names = pairs.map(([from]) => from);
  const renames = pairs.map(
    ([from, to]) => `ALTER DATABASE ${escapeIdentifier(from)} RENAME TO ${escapeIdentifier(to)};`,
  );
  for (;;) {
    await session.rows(
      z.unknown(),
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY ($1::text[]) AND pid <> pg_backend_pid()',
      [names],
    );
    try {
      await session.run(`BEGIN; ${renames.join(' ')} ${comments.join(' ')} COMMIT;`);
      return;
    } catch (cause) {
      await session.run('ROLLBACK').catch(() => undefined);
      // 55006: somebody has connected again.
      if (sqlStateOf(cause) !== '55006' || performance.now() > deadline) {
        throw new PlatformError(`${names.join(' and ')} could not be renamed: ${describeFailure(cause)}`, { cause });
      }
      await wait(50, signal);
    }
  }
}
