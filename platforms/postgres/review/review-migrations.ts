import type { Migration } from '../../../contract/release.js';
import { reviewScripts, type ReviewOptions, type ScriptReview } from './review-scripts.js';
import { ownScript } from './script.js';

/** Reads migrations of a release in the order in which one run would apply them. Asks no database. */
export function reviewMigrations(
  migrations: readonly Migration[],
  options: ReviewOptions = {},
): Promise<ScriptReview[]> {
  const ordered = [...migrations].sort((one, other) => (one.id < other.id ? -1 : 1));
  return reviewScripts(ordered.map(ownScript), options);
}
