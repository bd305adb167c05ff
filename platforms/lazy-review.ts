import type { MigrationReview } from '../pipeline/ports/migration-review.js';

/** Loads the parser when migrations are first reviewed: nothing else must pay for it. */
export function lazyReview(open: () => Promise<MigrationReview>): MigrationReview {
  let opened: Promise<MigrationReview> | undefined;
  return { review: async (...asked) => (await (opened ??= open())).review(...asked) };
}
