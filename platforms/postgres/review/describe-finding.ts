import type { MigrationFinding } from '../../../contract/migration-review.js';

type Described = Pick<MigrationFinding, 'migration' | 'line' | 'code' | 'because' | 'safer'> & {
  readonly column?: number | undefined;
};

/** One line: where, what, why, and what to write instead. */
export function describeFinding({ migration, line, column, code, because, safer }: Described): string {
  const place = column === undefined ? `${migration}:${line}` : `${migration}:${line}:${column}`;
  return `${place} ${code}: ${because}. Safer: ${safer}`;
}
