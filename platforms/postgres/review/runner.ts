/** Who runs a migration: what it puts around a file decides what is locked how long. */
export const runnerNames = ['crossfade', 'prisma', 'alembic', 'django', 'rails', 'node', 'flyway'] as const;
export type RunnerName = (typeof runnerNames)[number];

export interface Runner {
  /**
   * `transaction`: one around every file. `query`: the file is sent at once, and PostgreSQL makes a transaction of more
   * than one statement (PostgreSQL 15, 55.2.2.1). `nothing`: only what the file itself says. `either`: one where no
   * statement forbids it.
   */
  readonly around: 'transaction' | 'query' | 'nothing' | 'either';
  /** How a statement is run outside of a transaction, for a person. */
  readonly outside: string;
  /** Sets lock_timeout and statement_timeout by itself. */
  readonly limits: boolean;
}

/**
 * - crossfade: `platforms/postgres/apply-migration.ts`.
 * - prisma: migration.sql is sent whole. Since prisma-engines#5767 (7.4) a script with CREATE INDEX CONCURRENTLY is cut
 *   into statements, with DROP INDEX CONCURRENTLY it is not (prisma-engines#5847): what holds for every version is
 *   taken.
 * - alembic: `alembic upgrade --sql` writes BEGIN and COMMIT where there is a transaction (Alembic, "Generating SQL
 *   Scripts"); autocommit_block() ends it for a while.
 * - django: sqlmigrate writes BEGIN and COMMIT around a migration that is atomic, and nothing with `atomic = False`
 *   (django/core/management/commands/sqlmigrate.py).
 * - rails: one transaction a migration where the database can, unless disable_ddl_transaction! is called
 *   (ActiveRecord::Migration). SQL that was logged shows its own BEGIN.
 * - node: node-pg-migrate (src/runner.ts: singleTransaction, unless pgm.noTransaction()) and knex (transaction, unless
 *   config.transaction is false) alike.
 * - flyway: a transaction a file, unless one of its statements can't run in one (PostgreSQLParser); a file with both
 *   kinds is refused unless `mixed` is set.
 */
const runners: Readonly<Record<RunnerName, Runner>> = {
  crossfade: {
    around: 'transaction',
    outside: "in a file of its own that begins with '-- crossfade: no-transaction'",
    limits: true,
  },
  prisma: { around: 'query', outside: 'as the only statement of a migration', limits: false },
  alembic: { around: 'nothing', outside: 'in op.get_context().autocommit_block()', limits: false },
  django: { around: 'nothing', outside: 'in a migration with atomic = False', limits: false },
  rails: { around: 'transaction', outside: 'in a migration with disable_ddl_transaction!', limits: false },
  node: {
    around: 'transaction',
    outside: 'in a migration with pgm.noTransaction(), or with knex config.transaction = false',
    limits: false,
  },
  flyway: { around: 'either', outside: 'in a file without any other statement', limits: false },
};

export function runnerOf(name: RunnerName): Runner {
  return runners[name];
}
