import { OperatorError } from '../../../contract/errors.js';
import type { Release } from '../../../contract/release.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { MigrationReview } from '../../../pipeline/ports/migration-review.js';
import type { PostgresAddress } from '../address.js';
import { compareLedger } from '../compare-ledger.js';
import { readLedger } from '../ledger.js';
import { describeFailure, sqlStateOf } from '../session.js';
import { openReviewSession } from './open-review-session.js';
import { reviewAt } from './review-at.js';
import { reviewRecord } from './review-record.js';
import { reviewMigrations } from './review-migrations.js';
import { ownScript } from './script.js';
import { evidenceOf, verdictOf } from './verdict-of.js';

/** The MigrationReview port on a PostgreSQL. Give the address of a role that may read the version table. */
export function postgresReview(address: () => Promise<PostgresAddress>): MigrationReview {
  return {
    review: async (release, limits) => {
      const pending = [...release.migrations].sort((one, other) => (one.id < other.id ? -1 : 1));
      try {
        return await reviewPending(await address(), release, limits.longestBlockMilliseconds);
      } catch (error) {
        if (!(error instanceof OperatorError) && sqlStateOf(error) === undefined) throw error;
        const because = `sizes can't be read: ${describeFailure(error)}`;
        const reviews = await reviewMigrations(pending);
        const record = reviewRecord(reviews, { facts: undefined, ...limits });
        return { answer: 'unknown', because, evidence: evidenceOf(record) };
      }
    },
  };
}

async function reviewPending(address: PostgresAddress, release: Release, longest: number): Promise<Verdict> {
  const missing = await missingOf(address, release);
  const pending = release.migrations.filter(({ id }) => missing.includes(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (pending.length === 0) return { answer: 'yes', because: 'the database has every migration', evidence: {} };
  const { reviews, facts } = await reviewAt(address, pending.map(ownScript), longest);
  const record = reviewRecord(reviews, { facts, longestBlockMilliseconds: longest });
  return verdictOf(record);
}

async function missingOf(address: PostgresAddress, release: Release): Promise<readonly string[]> {
  const session = await openReviewSession(address);
  try {
    return compareLedger(release.migrations, await readLedger(session)).missing;
  } finally {
    await session.close();
  }
}
