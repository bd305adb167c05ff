import type { PostgresAddress } from '../address.js';
import { readDatabaseFacts, type DatabaseFacts } from './database-facts.js';
import { relationsOf, reviewScripts, type ScriptReview } from './review-scripts.js';
import type { Script } from './script.js';

export interface ReviewAt {
  readonly reviews: readonly ScriptReview[];
  readonly facts: DatabaseFacts | undefined;
}

/** Reviews scripts by the sizes that their tables have there. Throws PlatformError when the database doesn't answer. */
export async function reviewAt(
  address: PostgresAddress,
  scripts: readonly Script[],
  longestBlockMilliseconds: number,
): Promise<ReviewAt> {
  const names = relationsOf(await reviewScripts(scripts));
  const facts = await readDatabaseFacts(address, names);
  return { reviews: await reviewScripts(scripts, { facts, longestBlockMilliseconds }), facts };
}
