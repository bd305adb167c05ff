import { OperatorError } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from '../postgres/address.js';
import { reachable } from '../postgres/ask.js';
import { outOfBounds } from '../postgres/row-bounds.js';
import { describeFailure, openSession, sqlStateOf, type Session } from '../postgres/session.js';
import { countTables, type TableCount } from '../postgres/table-counts.js';
import { readBackupRecord, type BackupRecord } from './backup-record.js';
import type { Keeper } from './keeper.js';

export interface RestoredParts {
  /** As whoever may change the schema, and as the slots will. */
  readonly owner: PostgresAddress;
  readonly application: PostgresAddress;
  readonly environment: string;
  readonly snapshot: string;
  readonly keeper: Keeper;
}

export interface Restored {
  readonly session: Session;
  readonly counts: ReadonlyMap<string, TableCount>;
  /** Undefined: when the snapshot was taken nobody could count. */
  readonly record: BackupRecord | undefined;
  readonly evidence: { readonly tables: number; readonly rows: number; readonly compared: boolean };
}

const largestCounted = 1_000_000;

/** Whether slots can log in and every table has the rows it had; where they do, what `more` answers. Read-only. */
export async function checkRestored(
  { owner, application, environment, snapshot, keeper }: RestoredParts,
  work: Work,
  more: (restored: Restored) => Verdict | Promise<Verdict>,
): Promise<Verdict> {
  try {
    const record = await readBackupRecord(keeper, environment, snapshot);
    const login = await reachable(application);
    if (login.answer !== 'yes') {
      const because = `the application can't log in to what was restored: ${login.because}`;
      return { answer: 'no', because, evidence: {} };
    }
    work.say('counting what was restored');
    const session = await openSession(owner, { applicationName: 'crossfade check', readOnly: true });
    try {
      const counts = await countTables(session, largestCounted);
      const rows = [...counts.values()].reduce((sum, count) => sum + (count.rows ?? 0), 0);
      const evidence = { tables: counts.size, rows, compared: record !== undefined };
      const wrong = outOfBounds(record?.tables ?? {}, counts);
      if (wrong.length > 0) return { answer: 'no', because: wrong.slice(0, 20).join('; '), evidence };
      return await more({ session, counts, record, evidence });
    } finally {
      await session.close();
    }
  } catch (error) {
    work.signal.throwIfAborted();
    // The server's own words too: what can't be read was not restored well.
    if (!(error instanceof OperatorError) && sqlStateOf(error) === undefined) throw error;
    return { answer: 'no', because: describeFailure(error), evidence: {} };
  }
}
