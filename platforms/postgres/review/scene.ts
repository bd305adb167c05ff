/** What is known where a statement stands: the file's way of running, and what came before it. */
export interface Scene {
  readonly transactional: boolean;
  /** Made earlier in the same run: empty of rows and unknown to the live slot. */
  readonly fresh: Set<string>;
  /** Checks that say of a column that it is not null, by table and constraint; `valid` once validated. */
  readonly notNullChecks: Map<string, { readonly column: string; valid: boolean }>;
  /** Tables that foreign keys added earlier refer to, by table and constraint. */
  readonly references: Map<string, string>;
  /** Line of a place in the file, counted by PostgreSQL in bytes. */
  readonly lineOf: (location: number | undefined) => number;
}

/** Key of a constraint in the scene. */
export function constraintKey(table: string, constraint: string): string {
  return `${table}\n${constraint}`;
}

export function isProvenNotNull(scene: Scene, table: string, column: string): boolean {
  return [...scene.notNullChecks].some(
    ([key, check]) => key.startsWith(`${table}\n`) && check.column === column && check.valid,
  );
}
