import type { MigrationReview } from '../../pipeline/ports/migration-review.js';

/** By the text alone: a runner seldom reaches the database, so every table is taken for a large one that is in use. */
export const awsMigrationReview: MigrationReview = {
  review: async (...asked) => (await import('../postgres/review/review-text.js')).textReview().review(...asked),
};
