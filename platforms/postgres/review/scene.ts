import type { TableFact } from './database-facts.js';
import { FreshNames } from './fresh-names.js';

/** What is known where a statement stands: who runs it, what came before it, and what the database says. */
export interface Scene extends Remembered {
  /** How a statement is run outside of a transaction, for a person. */
  readonly outside: string;
  /** Line of a place in the file, counted by PostgreSQL in bytes. */
  readonly lineOf: (location: number | undefined) => number;
  /** Of a table as it is before the run; undefined where no database was asked, or it has no such table. */
  readonly factOf: (table: string) => TableFact | undefined;
  /** Whether what is made IF NOT EXISTS may be there already, with rows and users. */
  readonly mayStand: (table: string) => boolean;
}

/** What earlier statements of the same run have made. */
export interface Remembered {
  /** Made earlier in the same run: empty of rows and unknown to the live slot. */
  readonly fresh: FreshNames;
  /** Checks that say of a column that it is not null, by table and constraint; `valid` once validated. */
  readonly notNullChecks: Map<string, { readonly column: string; readonly valid: boolean }>;
  /** Tables that foreign keys added earlier refer to, by table and constraint. */
  readonly references: Map<string, string>;
}

export function nothingRemembered(): Remembered {
  return { fresh: new FreshNames(), notNullChecks: new Map(), references: new Map() };
}

/** Key of a constraint in the scene. */
export function constraintKey(table: string, constraint: string): string {
  return `${table}\n${constraint}`;
}

/** By a check of this run, or by one that the database has already. */
export function isProvenNotNull(scene: Scene, table: string, column: string): boolean {
  if (scene.factOf(table)?.neverNull.has(column) === true) return true;
  return [...scene.notNullChecks].some(
    ([key, check]) => key.startsWith(`${table}\n`) && check.column === column && check.valid,
  );
}
