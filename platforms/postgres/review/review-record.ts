import type { MigrationReviewRecord } from '../../../contract/migration-review.js';
import type { DatabaseFacts } from './database-facts.js';
import { blockedBy } from './lock-mode.js';
import { answerOf, type ScriptReview } from './review-scripts.js';

export interface RecordedWith {
  readonly facts: DatabaseFacts | undefined;
  readonly longestBlockMilliseconds: number;
}

/** A review as it is printed and journalled. */
export function reviewRecord(
  reviews: readonly ScriptReview[],
  { facts, longestBlockMilliseconds }: RecordedWith,
): MigrationReviewRecord {
  return {
    answer: answerOf(reviews),
    migrations: reviews.map(({ id }) => id),
    findings: reviews.flatMap(({ findings }) =>
      findings.map(({ migration, line, column, code, severity, because, safer, instead }) => ({
        ...{ migration, line, code, severity, because, safer },
        ...(column === undefined ? {} : { column }),
        ...(instead === undefined ? {} : { instead: [...instead] }),
      })),
    ),
    acts: reviews.flatMap(({ id, acts }) => acts.map((act) => actRecord(id, act))),
    database: facts === undefined ? null : databaseRecord(facts),
    longestBlockMilliseconds,
    leftOff: 0,
  };
}

function actRecord(migration: string, act: ScriptReview['acts'][number]): MigrationReviewRecord['acts'][number] {
  const { what, line, alsoLocks, rewrites, scans, phase, live, reverse } = act;
  return {
    ...{ migration, line, what, phase, live, reverse },
    locks: act.locks.map(({ relation, mode }) => ({ relation, mode, blocks: blockedBy(mode) })),
    ...(alsoLocks === undefined ? {} : { alsoLocks }),
    ...(rewrites === undefined ? {} : { rewrites }),
    ...(scans === undefined ? {} : { scans }),
    transaction: act.transaction ?? null,
    seconds: act.seconds === undefined ? null : Number(act.seconds.toFixed(3)),
  };
}

function databaseRecord({ serverVersion, tables }: DatabaseFacts): NonNullable<MigrationReviewRecord['database']> {
  return {
    serverVersion,
    tables: [...tables].map(([name, { rows, tableBytes, indexBytes, usesPerSecond }]) => ({
      name,
      rows,
      bytes: tableBytes + indexBytes,
      usesPerSecond: usesPerSecond ?? null,
    })),
  };
}
