import { setTimeout as pause } from 'node:timers/promises';
import { PlatformError } from '../../contract/errors.js';
import type { PostgresAddress } from './address.js';
import { invalidIndexes } from './invalid-indexes.js';
import { readLedger } from './ledger.js';
import type { ReadMigration } from './read-migration.js';
import { openSession } from './session.js';

/** What a migration that stopped has left, read back from the database. */
export interface DatabaseState {
  readonly in: readonly string[];
  /** Outside a transaction and not at their end: statements finished, and whether one more was begun. */
  readonly half: readonly {
    readonly id: string;
    readonly finished: number;
    readonly of: number;
    readonly cutLine: number | undefined;
  }[];
  readonly out: readonly string[];
  readonly invalidIndexes: readonly string[];
}

/** Undefined when the server doesn't answer within the time. */
export async function readState(
  address: PostgresAddress,
  migrations: readonly ReadMigration[],
  withinMilliseconds: number,
): Promise<DatabaseState | undefined> {
  const deadline = performance.now() + withinMilliseconds;
  for (;;) {
    try {
      return await readOnce(address, migrations);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (performance.now() >= deadline) return undefined;
      await pause(200);
    }
  }
}

async function readOnce(address: PostgresAddress, migrations: readonly ReadMigration[]): Promise<DatabaseState> {
  const session = await openSession(address, {
    applicationName: 'crossfade state',
    statementTimeoutMilliseconds: 10_000,
    readOnly: true,
  });
  try {
    const ledger = await readLedger(session);
    const half = migrations.flatMap((migration) => {
      const entry = ledger.get(migration.id);
      if (entry === undefined || entry.applied) return [];
      const cut = entry.begun > entry.finished ? migration.statements[entry.finished]?.line : undefined;
      return [{ id: migration.id, finished: entry.finished, of: migration.statements.length, cutLine: cut }];
    });
    return {
      in: migrations.filter(({ id }) => ledger.get(id)?.applied === true).map(({ id }) => id),
      half,
      out: migrations.filter(({ id }) => !ledger.has(id)).map(({ id }) => id),
      invalidIndexes: await invalidIndexes(session),
    };
  } finally {
    await session.close();
  }
}

/** As sentences: what is in, what isn't, what lies about. */
export function describeState(state: DatabaseState | undefined): string {
  if (state === undefined)
    return 'The database does not answer, so what is in it could not be read; each file in a transaction is wholly in or wholly out';
  const halves = state.half.map(({ id, finished, of, cutLine }) =>
    [
      `Half in: ${id} (${finished} of ${of} statements`,
      cutLine === undefined ? ')' : `; the one at line ${cutLine} was begun)`,
    ].join(''),
  );
  return [
    `In: ${list(state.in)}`,
    ...halves,
    `Not in: ${list(state.out)}`,
    ...(state.invalidIndexes.length === 0 ? [] : [`Invalid indexes left behind: ${list(state.invalidIndexes)}`]),
  ].join('. ');
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
