import { PlatformError } from '../../contract/errors.js';
import type { MigrationReview } from '../../pipeline/ports/migration-review.js';
import { postgresReview } from '../postgres/review/review-release.js';
import { textReview } from '../postgres/review/review-text.js';
import { instanceInUse, type InUseParts } from './instance-in-use.js';
import { reachedDatabase } from './reached-database.js';

/**
 * By the database's ledger and the sizes of its tables, where this machine reaches it; elsewhere by the text alone, every
 * table taken for a large one that is in use, and the verdict says why.
 */
export function awsMigrationReview(parts: InUseParts): MigrationReview {
  const { reached } = reachedDatabase({ ...parts, inUse: () => instanceInUse(parts) });
  return {
    async review(release, limits, signal) {
      try {
        const address = await reached('sizes of tables', 'owner');
        return await postgresReview(() => Promise.resolve(address)).review(release, limits, signal);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        const verdict = await textReview().review(release, limits, signal);
        return { ...verdict, because: `${verdict.because} (by the text alone: ${error.message})` };
      }
    },
  };
}
