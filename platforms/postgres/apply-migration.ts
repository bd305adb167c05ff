import { DatabaseError } from 'pg';
import { PlatformError } from '../../contract/errors.js';
import { invalidIndexes } from './invalid-indexes.js';
import { noteApplied, noteProgress, type LedgerEntry, type LedgerNote } from './ledger.js';
import type { ReadMigration } from './read-migration.js';
import { sqlStateOf, type Session } from './session.js';
import { lineAt, type Statement } from './split-statements.js';
import { wait } from './wait.js';

export interface ApplyLimits {
  /** How long a statement may stand in front of a table and hold up everybody behind it. */
  readonly lockTimeoutMilliseconds: number;
  /** Tries in all, when a lock was not had in time or two waited for each other. */
  readonly lockAttempts: number;
  /** The first pause between tries; each next is twice as long, and all vary by half. */
  readonly lockPauseMilliseconds: number;
  readonly statementTimeoutMilliseconds: number;
}

export interface ApplyContext {
  readonly session: Session;
  readonly limits: ApplyLimits;
  readonly release: string;
  readonly run: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Where in a file a statement failed; `cause` says why. */
export class StatementFailure extends Error {
  readonly line: number;

  constructor(line: number, cause: unknown) {
    super(`line ${line}`, { cause });
    this.line = line;
  }
}

/** Lock not available, deadlock, serialization failure: the same may succeed a moment later. */
const passing = new Set(['55P03', '40P01', '40001']);

/** Throws StatementFailure. A transactional file is then wholly out; of another, the ledger says how much is in. */
export async function applyMigration(
  migration: ReadMigration,
  entry: LedgerEntry | undefined,
  context: ApplyContext,
): Promise<void> {
  const began = performance.now();
  const note = (): LedgerNote => ({
    migration,
    release: context.release,
    run: context.run,
    milliseconds: performance.now() - began,
  });
  if (migration.transactional) await retried(context, () => inTransaction(migration, note, context));
  else await statementByStatement(migration, entry?.finished ?? 0, note, context);
}

async function inTransaction(
  migration: ReadMigration,
  note: () => LedgerNote,
  { session, limits }: ApplyContext,
): Promise<void> {
  await session.run(`RESET ALL; BEGIN; ${limitsOf(limits, 'LOCAL')}`);
  try {
    for (const statement of migration.statements) await run(session, migration, statement);
    await session.run('RESET ROLE');
    await noteApplied(session, note());
    await session.run('COMMIT');
  } catch (error) {
    // Where this fails too the connection is lost, and the server rolls back by itself.
    await session.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function statementByStatement(
  migration: ReadMigration,
  from: number,
  note: () => LedgerNote,
  context: ApplyContext,
): Promise<void> {
  const { session, limits } = context;
  for (const [index, statement] of migration.statements.entries()) {
    if (index < from) continue;
    await session.run(`RESET ALL; ${limitsOf(limits, 'SESSION')}`);
    await noteProgress(session, note(), index + 1, index);
    // It waits for transactions, but nobody waits behind it; and cut short it would leave an invalid index.
    const concurrent = /\bconcurrently\b/i.test(statement.text);
    if (concurrent) await session.run('SET lock_timeout = 0');
    await (concurrent
      ? runConcurrently(session, migration, statement)
      : retried(context, () => run(session, migration, statement)));
    await session.run('RESET ALL; RESET ROLE');
    await noteProgress(session, note(), index + 1, index + 1);
  }
  await noteApplied(session, note());
}

/** With IF NOT EXISTS it passes by an index that an earlier try has left invalid. */
async function runConcurrently(session: Session, migration: ReadMigration, statement: Statement): Promise<void> {
  const before = new Set(await invalidIndexes(session));
  await run(session, migration, statement);
  const left = (await invalidIndexes(session)).filter((name) => !before.has(name) || names(statement.text, name));
  if (left.length > 0)
    throw new StatementFailure(statement.line, new PlatformError(`the index ${left.join(', ')} is invalid`));
}

function names(text: string, quotedName: string): boolean {
  const bare = quotedName.slice(quotedName.lastIndexOf('.') + 1).replaceAll('"', '');
  return text.includes(bare);
}

async function run(session: Session, migration: ReadMigration, statement: Statement): Promise<void> {
  try {
    await session.run(statement.text);
  } catch (cause) {
    const position = cause instanceof DatabaseError ? Number(cause.position ?? 1) : 1;
    throw new StatementFailure(lineAt(migration.sql, statement.offset + position - 1), cause);
  }
}

async function retried(context: ApplyContext, act: () => Promise<void>): Promise<void> {
  const { limits, signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await act();
      return;
    } catch (error) {
      const state = sqlStateOf(error instanceof StatementFailure ? error.cause : error);
      if (state === undefined || !passing.has(state) || attempt >= limits.lockAttempts) throw error;
      const milliseconds = limits.lockPauseMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random());
      context.say(
        `try ${attempt} of ${limits.lockAttempts} did not get its lock; again in ${(milliseconds / 1_000).toFixed(1)} s`,
      );
      await wait(milliseconds, signal);
    }
  }
}

/** A transaction that stands idle because its owner hangs gives its locks back. */
function limitsOf(limits: ApplyLimits, scope: 'LOCAL' | 'SESSION'): string {
  return `SET ${scope} lock_timeout = ${limits.lockTimeoutMilliseconds};
    SET ${scope} statement_timeout = ${limits.statementTimeoutMilliseconds};
    SET ${scope} idle_in_transaction_session_timeout = 30000;`;
}
