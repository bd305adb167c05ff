import type { PlacedAct } from './act.js';
import type { DatabaseFacts } from './database-facts.js';
import type { FreshNames } from './fresh-names.js';
import type { Finding } from './file-findings.js';
import type { Script } from './script.js';

/** Tables that neither the database has nor an earlier statement makes: their size, at least, is not known. */
export function unknownTables(
  script: Script,
  acts: readonly PlacedAct[],
  { tables }: DatabaseFacts,
  fresh: FreshNames,
): Finding[] {
  const told = new Set<string>();
  return acts.flatMap((act) => {
    const [lock] = act.locks;
    const name = lock?.relation.replace(/^table of /, '');
    if (name === undefined || act.effort === 'none' || tables.has(name) || fresh.has(name) || told.has(name)) return [];
    told.add(name);
    return [
      {
        migration: script.id,
        line: act.line,
        code: 'unknown-table',
        severity: 'warn' as const,
        because: `the database has no ${name} that the review could look at, so it is taken for a large one`,
        safer: 'name it with its schema, or make it in an earlier statement',
      },
    ];
  });
}
