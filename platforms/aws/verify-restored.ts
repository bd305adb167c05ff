import { OperatorError } from '../../contract/errors.js';
import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { PostgresAddress } from '../postgres/address.js';
import { reachable } from '../postgres/ask.js';
import { compareLedger } from '../postgres/compare-ledger.js';
import { readLedger } from '../postgres/ledger.js';
import { outOfBounds } from '../postgres/row-bounds.js';
import { openSession } from '../postgres/session.js';
import { countTables } from '../postgres/table-counts.js';
import { readBackupRecord } from './backup-record.js';
import type { Keeper } from './keeper.js';

interface RestoredParts {
  /** As whoever may change the schema, and as the slots will. */
  readonly owner: PostgresAddress;
  readonly application: PostgresAddress;
  readonly environment: string;
  readonly snapshot: string;
  readonly keeper: Keeper;
}

const largestCounted = 1_000_000;

/** Whether slots can log in, every table has the rows it had, and every expanding migration of the release is in. */
export async function verifyRestored(
  { owner, application, environment, snapshot, keeper }: RestoredParts,
  release: Release | undefined,
  work: Work,
): Promise<Verdict> {
  try {
    const record = await readBackupRecord(keeper, environment, snapshot);
    const login = await reachable(application);
    if (login.answer !== 'yes') {
      return {
        answer: 'no',
        because: `the application can't log in to what was restored: ${login.because}`,
        evidence: {},
      };
    }
    work.say('counting what was restored');
    const session = await openSession(owner, { applicationName: 'crossfade check', readOnly: true });
    try {
      const counts = await countTables(session, largestCounted);
      const rows = [...counts.values()].reduce((sum, count) => sum + (count.rows ?? 0), 0);
      const evidence = { tables: counts.size, rows, compared: record !== undefined };
      const wrong = outOfBounds(record?.tables ?? {}, counts);
      if (wrong.length > 0) return { answer: 'no', because: wrong.join('; '), evidence };
      const needed = release?.migrations.filter(({ phase }) => phase === 'expand') ?? [];
      const { missing, differing } = compareLedger(needed, await readLedger(session));
      const lacking = [...missing, ...differing];
      if (lacking.length > 0) {
        const because = `${release?.version ?? ''}, which is to use it, needs ${lacking.join(', ')}, which the backup has not`;
        return { answer: 'no', because, evidence: { ...evidence, lacking } };
      }
      const how = record === undefined ? ' (when it was taken nobody could count, so there is nothing to compare)' : '';
      return { answer: 'yes', because: `${counts.size} tables with ${rows} rows${how}`, evidence };
    } finally {
      await session.close();
    }
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof OperatorError)) throw error;
    return { answer: 'no', because: error.message, evidence: {} };
  }
}
