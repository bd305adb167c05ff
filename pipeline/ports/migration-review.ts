import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';

export interface ReviewLimits {
  /** The longest that users' statements may wait. */
  readonly longestBlockMilliseconds: number;
  /** Ids of the migrations that the live release brought; undefined where none is live or that can't be told. */
  readonly liveMigrations: readonly string[] | undefined;
}

export interface MigrationReview {
  /**
   * What the release's migrations that the database doesn't have yet would do to those who use it: no with every reason,
   * unknown when SQL or sizes can't be read. Changes nothing; its evidence is a `migrationReviewSchema`.
   */
  review(release: Release, limits: ReviewLimits, signal: AbortSignal): Promise<Verdict>;
}
