import type { Migration } from '../../../contract/release.js';
import type { Verdict } from '../../../contract/verdict.js';
import { isTransactional } from '../read-migration.js';
import type { Act } from './act.js';
import { actsOf } from './acts-of.js';
import { findingsOf, type Finding } from './file-findings.js';
import { longNames } from './long-names.js';
import { parseSql } from './parse-sql.js';
import type { Scene } from './scene.js';

export interface MigrationReview {
  readonly id: string;
  readonly acts: readonly Act[];
  readonly findings: readonly Finding[];
}

/** Reads migrations in the order in which one run would apply them. Asks no database. */
export async function reviewMigrations(migrations: readonly Migration[]): Promise<MigrationReview[]> {
  const known = { fresh: new Set<string>(), notNullChecks: new Map(), references: new Map() } as Pick<
    Scene,
    'fresh' | 'notNullChecks' | 'references'
  >;
  const reviews: MigrationReview[] = [];
  for (const migration of [...migrations].sort((one, other) => (one.id < other.id ? -1 : 1))) {
    reviews.push(await reviewOne(migration, known));
  }
  return reviews;
}

async function reviewOne(
  migration: Migration,
  known: Pick<Scene, 'fresh' | 'notNullChecks' | 'references'>,
): Promise<MigrationReview> {
  const { statements, error, lineOf } = await parseSql(migration.sql);
  if (error !== undefined) {
    const safer = 'mend it; it is read as PostgreSQL 18 would';
    return {
      id: migration.id,
      acts: [],
      findings: [
        {
          migration: migration.id,
          line: error.line,
          code: 'syntax-error',
          severity: 'stop',
          because: error.message,
          safer,
        },
      ],
    };
  }
  const scene: Scene = { ...known, transactional: isTransactional(migration.sql), lineOf };
  const acts = statements.flatMap(({ node, line }) => actsOf(node, line, scene));
  const named = statements.flatMap(({ node, line }) =>
    longNames(node).map((problem) => ({ migration: migration.id, line, ...problem })),
  );
  return { id: migration.id, acts, findings: [...findingsOf(migration, acts, scene), ...named] };
}

/** No when anything stops, else yes; warnings are in the evidence. */
export function reviewVerdict(reviews: readonly MigrationReview[]): Verdict {
  const findings = reviews.flatMap((review) => review.findings);
  const stops = findings.filter(({ severity }) => severity === 'stop');
  const evidence = { findings: findings.map((finding) => ({ ...finding })) };
  if (stops.length > 0) return { answer: 'no', because: stops.map(describeFinding).join('\n'), evidence };
  const warnings = findings.filter(({ severity }) => severity === 'warn').length;
  return { answer: 'yes', because: `${reviews.length} migrations reviewed, ${warnings} warnings`, evidence };
}

export function describeFinding({ migration, line, code, because, safer }: Finding): string {
  return `${migration}:${line} ${code}: ${because}. Safer: ${safer}`;
}
