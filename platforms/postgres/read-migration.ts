import { IntegrityError, RefusedError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import type { Migration, Release } from '../../contract/release.js';
import { splitStatements, type Statement } from './split-statements.js';

/** A migration as it will be run. */
export interface ReadMigration extends Migration {
  /** False: each statement commits by itself, as CREATE INDEX CONCURRENTLY demands. */
  readonly transactional: boolean;
  readonly statements: readonly Statement[];
}

const noTransaction = /^\s*--\s*crossfade:\s*no-transaction\s*$/m;
const endsTransaction =
  /^(begin|start\s+transaction|commit|end|rollback(?!\s+(work\s+|transaction\s+)?to\b)|abort|prepare\s+transaction)\b/i;

/** The release's migrations in the order of their ids (by code unit). Throws IntegrityError or RefusedError before anything is touched. */
export function readMigrations(release: Release): ReadMigration[] {
  const migrations = [...release.migrations].sort((one, other) => (one.id < other.id ? -1 : 1));
  migrations.forEach((migration, index) => {
    if (migration.id === migrations[index - 1]?.id)
      throw new IntegrityError(`release ${release.version} has two migrations ${migration.id}`);
  });
  return migrations.map(readMigration);
}

/** Whether a file runs in one transaction; its first line says so when it doesn't. */
export function isTransactional(sql: string): boolean {
  return !noTransaction.test(sql.trimStart().split('\n', 1)[0] ?? '');
}

function readMigration(migration: Migration): ReadMigration {
  if (digestOf(migration.sql) !== migration.checksum) {
    throw new IntegrityError(`migration ${migration.id} is not what its checksum says`, {
      hint: 'make the release again from the files it was meant to have',
    });
  }
  const transactional = isTransactional(migration.sql);
  const statements = splitStatements(migration.sql);
  const own = transactional ? statements.find(({ text }) => endsTransaction.test(text)) : undefined;
  if (own !== undefined) {
    throw new RefusedError(
      `migration ${migration.id}, line ${own.line}: runs in a transaction of its own and must not begin or end one`,
      {
        hint: "leave the statement out, or let the file begin with '-- crossfade: no-transaction'",
      },
    );
  }
  return { ...migration, transactional, statements };
}
