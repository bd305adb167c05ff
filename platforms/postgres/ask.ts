import { PlatformError } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import type { PostgresAddress } from './address.js';
import { describeAddress, describeFailure, openSession, sqlStateOf } from './session.js';

export interface AskOptions {
  readonly statementTimeoutMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * The first column of the first row, as PostgreSQL writes it (a boolean is t or f), or null. One statement in a
 * read-only transaction; give the address of a role that may only read, where there is one. Throws PlatformError.
 */
export async function ask(address: PostgresAddress, sql: string, options: AskOptions = {}): Promise<string | null> {
  return (await askRows(address, sql, options))[0]?.[0] ?? null;
}

const mostRows = 100_000;

/** Every row, each value as text. The same limits; more than a hundred thousand rows are an error. */
export async function askRows(
  address: PostgresAddress,
  sql: string,
  options: AskOptions = {},
): Promise<readonly (readonly (string | null)[])[]> {
  options.signal?.throwIfAborted();
  const session = await openSession(address, {
    applicationName: 'crossfade ask',
    statementTimeoutMilliseconds: options.statementTimeoutMilliseconds ?? 30_000,
    readOnly: true,
  });
  const stop = () => void session.close();
  options.signal?.addEventListener('abort', stop);
  try {
    await session.run('BEGIN READ ONLY');
    const rows = await session.texts(sql);
    if (rows.length > mostRows) throw new PlatformError(`the question has ${rows.length} rows as its answer`);
    return rows;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (sqlStateOf(error) === undefined) throw error;
    throw new PlatformError(`the question was refused by ${describeAddress(address)}: ${describeFailure(error)}`, {
      cause: error,
    });
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await session.close();
  }
}

/** Whether it answers at all, within the time. */
export async function reachable(address: PostgresAddress, withinMilliseconds = 5_000): Promise<Verdict> {
  try {
    const options = { statementTimeoutMilliseconds: withinMilliseconds, connectWithinMilliseconds: withinMilliseconds };
    const session = await openSession(address, { ...options, applicationName: 'crossfade reachable', readOnly: true });
    try {
      const version = (await session.scalar('SHOW server_version')) ?? '';
      return { answer: 'yes', because: `PostgreSQL ${version} answers`, evidence: { version } };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof PlatformError || sqlStateOf(error) !== undefined)
      return { answer: 'no', because: describeFailure(error), evidence: {} };
    throw error;
  }
}
