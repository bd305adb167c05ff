import type { Effort } from './act.js';
import type { TableFact } from './database-facts.js';

const mebibyte = 1024 * 1024;

/**
 * Bytes of the table a second, for the time that a lock is held: half or less of what was
 * measured with PostgreSQL 15 on two shared cores and a million rows in memory (700 MiB/s read, 105 indexed, 15 written
 * anew, 6 updated). Reading is taken slower still, since a table that is not in memory comes from a disk such as EBS gp3,
 * whose baseline is 125 MiB/s.
 */
export const assumedRates: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  scan: 100 * mebibyte,
  index: 50 * mebibyte,
  rewrite: 10 * mebibyte,
  update: 3 * mebibyte,
};

/** Seconds, from sizes and the assumed rates. A rewrite builds the indexes anew too. */
export function secondsOf(effort: Effort, fact: TableFact): number {
  if (effort === 'none') return 0;
  const seconds = fact.tableBytes / assumedRates[effort];
  return effort === 'rewrite' ? seconds + fact.indexBytes / assumedRates.index : seconds;
}
