import type { RunnerName } from '../../../../platforms/postgres/review/runner.js';

/** Squawk at 5125ddf (2026), Apache-2.0 or MIT; Strong Migrations 2.8.0, MIT. Their rules by name, no words of theirs. */
export type Peer = 'Squawk' | 'Strong Migrations';

export interface PeerRule {
  readonly peer: Peer;
  readonly rule: string;
  /** Our codes that say the same; none: not adopted, and `difference` says why. */
  readonly ours: readonly string[];
  readonly difference?: string;
  /** What they call bad or good, as SQL of the same shape, in words of our own. */
  readonly shapes: readonly PeerShape[];
}

export interface PeerShape {
  /** Names of their examples with this shape. */
  readonly like: string;
  readonly theirs: 'bad' | 'good';
  readonly sql: string;
  /** `alembic` runs SQL as it is written, `node` in a transaction. */
  readonly runner?: RunnerName;
  /** Why ours says something else. */
  readonly difference?: string;
}

const bad = (like: string, sql: string, more: Partial<PeerShape> = {}): PeerShape => ({
  like,
  theirs: 'bad',
  sql,
  ...more,
});
const good = (like: string, sql: string, more: Partial<PeerShape> = {}): PeerShape => ({
  like,
  theirs: 'good',
  sql,
  ...more,
});
const wrapped: Partial<PeerShape> = { runner: 'node' };
const long = 'a_name_that_somebody_has_made_up_in_a_long_and_quiet_afternoon_in_may';

const squawk = (
  rule: string,
  ours: readonly string[],
  shapes: readonly PeerShape[],
  difference?: string,
): PeerRule => ({
  peer: 'Squawk',
  rule,
  ours,
  shapes,
  ...(difference === undefined ? {} : { difference }),
});

const squawkRules: readonly PeerRule[] = [
  squawk(
    'adding-field-with-default',
    ['rewrites-table'],
    [
      bad('default_volatile_func_err', 'ALTER TABLE parcel ADD COLUMN luck float DEFAULT random()'),
      bad('default_uuid_error', 'ALTER TABLE parcel ADD COLUMN tag text DEFAULT uuid()'),
      bad('default_uuid_error_multi_stmt', 'ALTER TABLE parcel SET LOGGED, ADD COLUMN tag text DEFAULT uuid()'),
      bad('arbitrary_func_err', 'ALTER TABLE parcel ADD COLUMN extra jsonb DEFAULT first_extra()'),
      bad(
        'generated_stored_err',
        'ALTER TABLE parcel ADD COLUMN volume numeric GENERATED ALWAYS AS (wide * high) STORED',
      ),
      bad('default_random_with_args_err', 'ALTER TABLE parcel ADD COLUMN seen timestamptz DEFAULT now(5)', {
        difference: 'there is no such now(): PostgreSQL refuses the statement before it locks anything',
      }),
      bad('docs_example_error_on_pg_11', 'ALTER TABLE parcel ADD COLUMN weight int DEFAULT 3', {
        difference: 'a constant default is free since PostgreSQL 11, and none before 13 is supported',
      }),
      good(
        'docs_example_ok_post_pg_11, default_bool_ok',
        'ALTER TABLE parcel ADD COLUMN fragile boolean DEFAULT false',
      ),
      good(
        'docs_example_ok',
        'ALTER TABLE parcel ADD COLUMN weight int; ALTER TABLE parcel ALTER COLUMN weight SET DEFAULT 3',
      ),
      good(
        'default_empty_array_ok',
        "ALTER TABLE parcel ADD COLUMN tags text[] DEFAULT array['a']::text[], ADD COLUMN n int[] DEFAULT array[]::int[]",
      ),
      good(
        'default_with_const_bin_expr',
        "ALTER TABLE parcel ADD COLUMN due timestamptz NOT NULL DEFAULT now() + interval '9 days'",
      ),
      good('default_str_ok, default_enum_ok', "ALTER TABLE parcel ADD COLUMN state parcel_state DEFAULT 'packed'"),
      good('default_jsonb_ok', "ALTER TABLE parcel ADD COLUMN extra jsonb DEFAULT '[]'::jsonb"),
      good(
        'default_func_now_ok, default_func_current_timestamp_ok',
        'ALTER TABLE parcel ADD COLUMN at timestamptz DEFAULT current_timestamp',
      ),
      good('add_numbers_ok', 'ALTER TABLE parcel ADD COLUMN weight bigint DEFAULT 7 * 6'),
    ],
  ),
  squawk(
    'adding-foreign-key-constraint',
    ['constraint-validates', 'lock-held-through'],
    [
      bad(
        'add_foreign_key_constraint_lock',
        'BEGIN; ALTER TABLE parcel ADD COLUMN van bigint; ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id); COMMIT',
      ),
      bad('add_column_references_lock', 'ALTER TABLE parcel ADD COLUMN van bigint REFERENCES van (id)', {
        difference:
          'a new column holds only NULL, so PostgreSQL looks nothing up; the lock on the other table is shown, and is short (docs/locks.md)',
      }),
      good(
        'create_table_with_foreign_key_constraint, create_table_with_column_references',
        'CREATE TABLE parcel (id bigint, van bigint NOT NULL REFERENCES van (id) ON DELETE CASCADE, FOREIGN KEY (van) REFERENCES van (id))',
      ),
      good(
        'alter_table_foreign_key_assume_transaction, alter_table_foreign_key_in_transaction',
        'CREATE TABLE parcel (van bigint); ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id)',
        wrapped,
      ),
      good(
        'add_foreign_key_constraint_not_valid_validate',
        'BEGIN; ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id) NOT VALID; ALTER TABLE parcel VALIDATE CONSTRAINT in_van; COMMIT',
        {
          difference:
            'in one transaction the lock of the first statement is held while the second reads every row; another rule of theirs says so too',
        },
      ),
    ],
  ),
  squawk(
    'adding-not-nullable-field',
    ['not-null-scans'],
    [
      bad('set_not_null, pg12_without_validated_check_err', 'ALTER TABLE parcel ALTER COLUMN van SET NOT NULL'),
      bad(
        'regression_gh_issue_519',
        "BEGIN; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL; UPDATE alembic_version SET version_num = 'd' WHERE alembic_version.version_num = 'c'; COMMIT",
      ),
      bad(
        'pg12_with_check_but_not_validated_err',
        'ALTER TABLE parcel ADD CONSTRAINT k CHECK (van IS NOT NULL) NOT VALID; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL',
      ),
      bad(
        'pg12_with_different_column_validated_err',
        'ALTER TABLE parcel ADD CONSTRAINT k CHECK (note IS NOT NULL) NOT VALID; ALTER TABLE parcel VALIDATE CONSTRAINT k; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL',
      ),
      bad(
        'regression_gh_issue_628_pg11_with_validated_check_err, pg11_cross_migration_validate_then_set_not_null_err',
        'ALTER TABLE parcel ADD CONSTRAINT k CHECK (van IS NOT NULL) NOT VALID; ALTER TABLE parcel VALIDATE CONSTRAINT k; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL',
        {
          difference: 'PostgreSQL takes the check for proof since 12, and none before 13 is supported',
        },
      ),
      good(
        'regression_gh_issue_628_pg12_with_validated_check_ok, …_pg16_…',
        'BEGIN; ALTER TABLE parcel ADD CONSTRAINT k CHECK (van IS NOT NULL) NOT VALID; COMMIT; BEGIN; ALTER TABLE parcel VALIDATE CONSTRAINT k; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL; COMMIT',
      ),
      good(
        'pg12_cross_migration_validate_then_set_not_null_ok, pg16_…',
        'ALTER TABLE parcel VALIDATE CONSTRAINT k; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL',
        {
          difference:
            'what the constraint says stands in an earlier migration: without a database it is not guessed, with one it is read and taken for proof',
        },
      ),
      good(
        'adding_field_that_is_not_nullable, …_in_version_11',
        'ALTER TABLE parcel ADD COLUMN weight int DEFAULT 3 NOT NULL',
      ),
      good('adding_field_that_is_not_nullable_without_default', 'ALTER TABLE parcel ADD COLUMN weight int NOT NULL'),
    ],
  ),
  squawk(
    'adding-serial-primary-key-field',
    ['unique-builds-index'],
    [
      bad('serial_primary_key', 'ALTER TABLE parcel ADD COLUMN id serial PRIMARY KEY'),
      bad('plain_primary_key', 'ALTER TABLE parcel ADD PRIMARY KEY (code)'),
      good('okay_add_constraint', 'ALTER TABLE parcel ADD CONSTRAINT parcel_key PRIMARY KEY USING INDEX parcel_key'),
    ],
  ),
  squawk(
    'adding-required-field',
    ['required-column'],
    [
      bad('not_null_without_default', 'ALTER TABLE parcel ADD COLUMN insured boolean NOT NULL'),
      good('nullable_ok', 'ALTER TABLE parcel ADD COLUMN insured boolean'),
      good('not_null_with_default', 'ALTER TABLE parcel ADD COLUMN insured boolean NOT NULL DEFAULT false'),
      good(
        'generated_stored_ok, generated_stored_not_null_ok',
        'ALTER TABLE parcel ADD COLUMN volume numeric GENERATED ALWAYS AS (wide * high) STORED NOT NULL',
      ),
    ],
  ),
  squawk(
    'ban-alter-domain-with-add-constraint',
    ['domain-locks'],
    [
      bad('err', 'ALTER DOMAIN price ADD CONSTRAINT not_free CHECK (VALUE > 0)'),
      good(
        'ok (its other statements)',
        'ALTER DOMAIN price DROP CONSTRAINT not_free; ALTER DOMAIN price OWNER TO somebody; ALTER DOMAIN price SET DEFAULT 1',
      ),
      good('ok (SET NOT NULL)', 'ALTER DOMAIN price SET NOT NULL', {
        difference: 'it checks every column of the domain under the same lock as ADD CONSTRAINT does',
      }),
    ],
  ),
  squawk(
    'ban-char-field',
    ['padded-text'],
    [
      bad(
        'creating_table_with_char_errors, fix_multiple_columns, case_insensitive',
        'CREATE TABLE parcel (code CHAR(4), kind character(2), b bpchar(9))',
      ),
      bad('fix_char_without_length, fix_mixed_case', 'CREATE TABLE parcel (kind char)'),
      bad('array_char_type_err, fix_array_types', 'CREATE TABLE parcel (kinds char[])'),
      bad('alter_table_err, fix_alter_table', 'ALTER TABLE parcel ADD COLUMN kind char'),
      good('creating_table_with_var_char_and_text_okay', 'CREATE TABLE parcel (code varchar(9), kind text)'),
      bad('fix_char_with_length', 'CREATE TABLE parcel (kind "char"(7))', {
        difference: 'a quoted "char" is another type, of one byte, and takes no length: PostgreSQL refuses it',
      }),
    ],
  ),
  squawk(
    'ban-concurrent-index-creation-in-transaction',
    ['needs-no-transaction'],
    [
      bad(
        'ban_concurrent_index_creation_in_transaction_err',
        'BEGIN; CREATE INDEX CONCURRENTLY by_van ON parcel (van); COMMIT',
      ),
      bad(
        'assuming_in_transaction_err',
        'CREATE UNIQUE INDEX CONCURRENTLY by_van ON parcel (van); ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX by_van',
        wrapped,
      ),
      good('ban_concurrent_index_creation_in_transaction_ok', 'CREATE INDEX CONCURRENTLY by_van ON parcel (van)'),
      good('assuming_in_transaction_ok', 'CREATE UNIQUE INDEX CONCURRENTLY by_van ON parcel (van)', {
        runner: 'prisma',
      }),
      good(
        'assuming_in_transaction_ok (in a transaction of the tool)',
        'CREATE UNIQUE INDEX CONCURRENTLY by_van ON parcel (van)',
        {
          runner: 'node',
          difference:
            'a tool that begins a transaction around every file does so for a single statement too; only Prisma and Flyway do not',
        },
      ),
      good(
        'assuming_in_transaction_ok_also',
        'COMMIT; CREATE UNIQUE INDEX CONCURRENTLY by_van ON parcel (van); BEGIN',
        {
          runner: 'node',
          difference:
            "to end a tool's transaction behind its back loses its record of what is applied: it must be told instead",
        },
      ),
      good(
        'squawk_disable_assume_in_transaction_overrides',
        '-- crossfade: no-transaction\nCREATE INDEX CONCURRENTLY by_van ON parcel (van); ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX by_van',
        wrapped,
      ),
    ],
  ),
  squawk(
    'ban-create-domain-with-constraint',
    ['domain-constraint'],
    [
      bad('err, err_with_multiple_constraints', 'CREATE DOMAIN price AS numeric CHECK (VALUE > 0) NOT NULL'),
      good('ok', 'CREATE DOMAIN price AS numeric'),
    ],
  ),
  squawk('ban-drop-column', ['breaks-live-slot'], [bad('err', 'ALTER TABLE parcel DROP COLUMN weight CASCADE')]),
  squawk(
    'ban-drop-database',
    ['drops-more-than-a-table'],
    [bad('ban_drop_database', 'DROP DATABASE IF EXISTS parcels')],
  ),
  squawk(
    'ban-drop-not-null',
    ['may-break-live-slot'],
    [bad('err', 'ALTER TABLE parcel ALTER COLUMN van DROP NOT NULL')],
  ),
  squawk('ban-drop-table', ['breaks-live-slot'], [bad('err', 'DROP TABLE IF EXISTS parcel')]),
  squawk(
    'ban-duplicate-column-assignments',
    ['assigns-twice'],
    [
      bad(
        'duplicate_assignment_err, fix_deletes_all_but_last_assignment, fix_preserves_comments_between_assignments',
        'UPDATE parcel SET van = 1, note = 2, van = 1 WHERE id = 1',
      ),
      bad('duplicate_multiple_column_assignment_err', 'UPDATE parcel SET (van, note) = (1, 2), van = 3 WHERE id = 1'),
      bad('names_use_postgres_case_rules', 'UPDATE parcel SET van = 1, VAN = 2 WHERE id = 1'),
      bad('insert_err', 'INSERT INTO parcel (van, van) VALUES (1, 2)'),
      bad(
        'merge_insert_err',
        'MERGE INTO parcel USING van ON parcel.van = van.id WHEN NOT MATCHED THEN INSERT (van, van) VALUES (1, 2)',
      ),
      bad(
        'merge_update_err',
        'MERGE INTO parcel USING van ON parcel.van = van.id WHEN MATCHED THEN UPDATE SET note = 1, note = 2',
      ),
      bad(
        'conflict_update_err',
        'INSERT INTO parcel (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET note = 1, note = 2',
      ),
      bad('create_table_err', 'CREATE TABLE parcel (id bigint, id text)'),
      bad('create_foreign_table_err', 'CREATE FOREIGN TABLE parcel (id bigint, id text) SERVER depot'),
      bad('create_view_err', 'CREATE VIEW v (id, id) AS SELECT 1, 2'),
      bad('create_view_with_duplicate_target_aliases_err', 'CREATE VIEW v AS SELECT 1 AS id, 2 AS id'),
      bad('create_view_with_duplicate_inferred_names_err', 'CREATE VIEW v AS SELECT 1, 2'),
      bad('select_into_err', 'SELECT 1 AS id, 2 AS id INTO parcel'),
      bad('whole_and_partial_assignment_err', 'UPDATE parcel SET size = row(1, 2), size.high = 1 WHERE id = 1', {
        difference:
          'only a whole column beside a whole column is looked for; a part beside its whole fails in rehearsal',
      }),
      good(
        'distinct_and_partial_assignments_ok',
        'UPDATE parcel SET size.high = 1, size.wide = 2, tags[1] = 3, tags[2] = 4, "Van" = 1, van = 2 WHERE id = 1',
      ),
    ],
  ),
  squawk(
    'ban-truncate-cascade',
    ['cascades'],
    [bad('err', 'TRUNCATE parcel, van CASCADE'), good('ok', 'TRUNCATE parcel, van')],
  ),
  squawk(
    'ban-uncommitted-transaction',
    ['never-commits'],
    [
      bad(
        'uncommitted_transaction_err, begin_work_uncommitted_err, fix_adds_commit',
        'BEGIN WORK; CREATE TABLE parcel (id bigint)',
      ),
      bad(
        'start_transaction_uncommitted_err, fix_adds_commit_to_start_transaction',
        'START TRANSACTION; CREATE TABLE parcel (id bigint)',
      ),
      bad(
        'multiple_transactions_last_uncommitted_err',
        'BEGIN; CREATE TABLE parcel (id bigint); COMMIT; BEGIN; CREATE TABLE van (id bigint)',
      ),
      good('committed_transaction_ok', 'BEGIN; CREATE TABLE parcel (id bigint); COMMIT'),
      good('rolled_back_transaction_ok', 'BEGIN; CREATE TABLE parcel (id bigint); ROLLBACK'),
      good('no_transaction_ok', 'CREATE TABLE parcel (id bigint)'),
      good('nested_begin_only_last_uncommitted_err', 'BEGIN; BEGIN; COMMIT'),
    ],
  ),
  squawk(
    'changing-column-type',
    ['changes-type'],
    [
      bad('err', 'BEGIN; ALTER TABLE parcel ALTER COLUMN weight TYPE text USING weight::text; COMMIT'),
      bad('another_err', 'ALTER TABLE parcel ALTER COLUMN note TYPE varchar(80) USING note::varchar(80)'),
    ],
    'with a database, a change between types that are stored alike is told apart and only warns',
  ),
  squawk(
    'constraint-missing-not-valid',
    ['constraint-validates', 'unique-builds-index', 'lock-held-through'],
    [
      bad(
        'not_valid_validate_transaction_err',
        'BEGIN; ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id) NOT VALID;\nALTER TABLE parcel VALIDATE CONSTRAINT in_van; COMMIT',
      ),
      bad(
        'not_valid_validate_assume_transaction_err, …_with_explicit_commit_err',
        'ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id) NOT VALID;\nALTER TABLE parcel VALIDATE CONSTRAINT in_van',
        wrapped,
      ),
      bad('adding_fk_err', 'ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id)'),
      bad('adding_check_constraint_err', 'ALTER TABLE parcel ADD CONSTRAINT heavy CHECK (weight >= 1)'),
      good(
        'adding_fk_not_valid_ok',
        'ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id) NOT VALID;\nALTER TABLE parcel VALIDATE CONSTRAINT in_van',
      ),
      good(
        'adding_check_constraint_ok',
        'ALTER TABLE parcel ADD CONSTRAINT heavy CHECK (weight >= 1) NOT VALID;\nALTER TABLE parcel VALIDATE CONSTRAINT heavy',
      ),
      good(
        'adding_using_index_ok, using_unique_index_ok',
        'ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX by_code',
      ),
      good(
        'new_table_with_transaction_ok, new_table_assume_transaction_ok, regression_with_indexing_ok',
        'CREATE TABLE parcel (weight int NOT NULL); ALTER TABLE parcel ADD CONSTRAINT heavy CHECK (weight >= 1)',
        wrapped,
      ),
    ],
  ),
  squawk(
    'disallowed-unique-constraint',
    ['unique-builds-index'],
    [
      bad('adding_unique_constraint_err', 'ALTER TABLE parcel ADD CONSTRAINT one UNIQUE (code)'),
      bad(
        'unique_constraint_inline_add_column_err, …_unique_err',
        'ALTER TABLE parcel ADD COLUMN code text CONSTRAINT one UNIQUE',
      ),
      good('ok', 'ALTER TABLE parcel DROP CONSTRAINT one'),
      good(
        'also_ok',
        'CREATE UNIQUE INDEX CONCURRENTLY by_id ON parcel (id); ALTER TABLE parcel DROP CONSTRAINT parcel_pkey, ADD CONSTRAINT parcel_pkey PRIMARY KEY USING INDEX by_id',
      ),
      good(
        'unique_constraint_ok',
        'CREATE UNIQUE INDEX CONCURRENTLY by_code ON parcel (code); ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX by_code',
      ),
      good(
        'unique_constraint_after_create_table, …_with_assume_in_transaction',
        'CREATE TABLE parcel (code text NOT NULL); ALTER TABLE parcel ADD CONSTRAINT one UNIQUE (code)',
      ),
    ],
  ),
  squawk(
    'identifier-too-long',
    ['name-too-long'],
    [
      bad('create_table_long_name_err, quoted_identifier_long_err', `CREATE TABLE "${long}" (id bigint)`),
      bad('create_index_long_name_err', `CREATE INDEX ${long} ON parcel (van)`),
      bad('alter_table_add_column_long_name_err', `ALTER TABLE parcel ADD COLUMN ${long} bigint`),
      bad('multibyte_emoji_err', `CREATE TABLE "${'📦'.repeat(17)}" (id bigint)`),
      bad('drop_table_long_name_err', `DROP TABLE ${long}`, {
        difference: 'nothing is named: PostgreSQL cuts it as it did when the table was made',
      }),
      good('create_table_ok, exactly_63_bytes_ok', `CREATE TABLE ${long.slice(0, 63)} (id bigint)`),
    ],
  ),
  squawk(
    'prefer-bigint-over-int',
    ['small-key', 'small-integer'],
    [
      bad(
        'err, fix_int_types, fix_mixed_case, fix_multiple_columns',
        'CREATE TABLE parcel (id INT, van integer, n int4)',
      ),
      bad('fix_with_constraints', 'CREATE TABLE parcel (id serial PRIMARY KEY)'),
      bad('fix_array_types', 'CREATE TABLE parcel (vans int[])'),
      good('ok', 'CREATE TABLE parcel (id bigint, n int8, m bigserial)'),
    ],
  ),
  squawk(
    'prefer-bigint-over-smallint',
    ['small-key', 'small-integer'],
    [
      bad('err, fix_smallint_types, fix_mixed_case, fix_multiple_columns', 'CREATE TABLE parcel (id SMALLINT, n int2)'),
      bad('fix_with_constraints', 'CREATE TABLE parcel (id smallserial PRIMARY KEY)'),
      bad('fix_array_types', 'CREATE TABLE parcel (vans smallint[])'),
      good('ok', 'CREATE TABLE parcel (id bigint, n int8, m bigserial)'),
    ],
  ),
  squawk(
    'prefer-identity',
    ['serial', 'small-key'],
    [
      bad(
        'err, ok_when_quoted, fix_serial_types, fix_mixed_case',
        'CREATE TABLE parcel (id BIGSERIAL, n "serial", m serial2)',
      ),
      good('ok', 'CREATE TABLE parcel (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)'),
    ],
  ),
  squawk(
    'prefer-repack',
    ['rewrites-table'],
    [
      bad('cluster_err, fix_cluster_with_index', 'CLUSTER parcel USING by_van'),
      bad('cluster_no_path_err', 'CLUSTER'),
      bad('vacuum_full_err, vacuum_full_option_list_err, fix_vacuum_full_multiple_tables', 'VACUUM (FULL) parcel, van'),
      good('vacuum_full_false_option_list_ok', 'VACUUM (FULL false) parcel'),
      good('vacuum_no_full_ok, vacuum_analyze_ok, vacuum_freeze_ok', 'VACUUM ANALYZE parcel'),
      good('cluster_below_pg19_ok, vacuum_full_below_pg19_ok', 'VACUUM FULL parcel', {
        difference:
          'theirs speaks up only where REPACK exists (19); the table is locked and written anew in every version',
      }),
    ],
  ),
  squawk(
    'prefer-robust-stmts',
    ['not-repeatable'],
    [
      bad('fix_drop_table_if_exists, fix_drop_type_if_exists', 'DROP TABLE parcel; DROP TYPE kind'),
      bad('fix_drop_index_if_exists, drop_index_err', 'SELECT 1; DROP INDEX CONCURRENTLY by_van'),
      bad(
        'fix_create_index_if_not_exists, create_index_concurrently_err',
        'SELECT 1; CREATE INDEX CONCURRENTLY by_van ON parcel (van)',
      ),
      bad('fix_create_table_if_not_exists', 'CREATE TABLE parcel (id bigint); CREATE TABLE van (id bigint)'),
      bad('fix_alter_table_add_column_if_not_exists', 'ALTER TABLE parcel ADD COLUMN note text; SELECT 1'),
      bad('fix_alter_table_drop_column_if_exists', 'ALTER TABLE parcel DROP COLUMN note; SELECT 1'),
      bad('fix_alter_table_drop_constraint_if_exists', 'ALTER TABLE parcel DROP CONSTRAINT one; SELECT 1'),
      bad(
        'double_add_after_drop_err',
        'ALTER TABLE parcel DROP CONSTRAINT IF EXISTS one; ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX a; ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX a',
        {
          difference: 'the second ADD fails at the first try already: rehearsal shows that',
        },
      ),
      bad(
        'alter_table_err, create_table_err, alter_table_drop_column_err, alter_table_drop_constraint_err',
        'SELECT 1; ALTER TABLE parcel ADD COLUMN note text',
        {
          difference: 'nothing follows it that could fail: where it failed itself, nothing of it is there',
        },
      ),
      bad(
        'alter_column_set_not_null, enable_row_level_security_err, disable_row_level_security_err, …_without_exists_check_err',
        'CREATE TABLE IF NOT EXISTS parcel (); ALTER TABLE parcel ENABLE ROW LEVEL SECURITY; SELECT 1',
        {
          difference: 'a second time it changes nothing and does not fail',
        },
      ),
      bad(
        'create_temp_table_without_on_commit_drop_err, create_table_with_on_commit_drop_err',
        'SELECT 1; CREATE TEMP TABLE seen (id bigint)',
        {
          difference: 'as above: nothing follows it; a temporary table is gone with its session anyhow',
        },
      ),
      good(
        'drop_before_end_ok, drop_before_add_foreign_key_ok',
        'ALTER TABLE parcel DROP CONSTRAINT IF EXISTS one; ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX a; SELECT 1',
      ),
      good(
        'drop_index_if_exists_ok, prefer_robust_stmt_part_2_ok',
        'SELECT 1; ALTER TABLE parcel ADD COLUMN IF NOT EXISTS note text; DROP INDEX CONCURRENTLY IF EXISTS by_van',
      ),
      good('prefer_robust_stmt_part_3_ok', 'SELECT 1; CREATE INDEX CONCURRENTLY IF NOT EXISTS by_van ON parcel (van)'),
      good(
        'prefer_robust_stmt_ok, …_part_4_ok, …_part_6_ok, start_transaction_ok',
        'BEGIN; ALTER TABLE parcel ADD COLUMN note text; DROP INDEX by_van; COMMIT',
      ),
      good('prefer_robust_stmt_part_5_ok', 'CREATE TABLE IF NOT EXISTS parcel (id bigint)'),
      good('select_ok, insert_ok', 'SELECT 1; INSERT INTO parcel VALUES (1)'),
      good(
        'alter_table_ok, alter_table_drop_column_ok',
        'SELECT 1; ALTER TABLE parcel DROP CONSTRAINT IF EXISTS one; ALTER TABLE parcel DROP COLUMN IF EXISTS note',
      ),
      good('assume_in_transaction_…_ok', 'CREATE TABLE parcel (id bigint); DROP INDEX by_van; SELECT 1', wrapped),
      good(
        'create_index_concurrently_unnamed_ok, create_index_concurrently_without_name_ok',
        'SELECT 1; CREATE INDEX CONCURRENTLY ON parcel (van)',
        {
          difference: 'a second try makes a second index beside the invalid first one, under a name that nobody chose',
        },
      ),
      good('create_temp_table_on_commit_drop_ok', 'SELECT 1; CREATE TEMP TABLE seen (id bigint) ON COMMIT DROP'),
    ],
  ),
  squawk(
    'prefer-text-field',
    ['limited-text'],
    [
      bad(
        'create_table_with_varchar_err, create_table_with_pgcatalog_varchar_err, fix_…',
        'CREATE TABLE parcel (note varchar(90), code pg_catalog.varchar(9))',
      ),
      bad('adding_column_non_text_err, fix_alter_table', 'ALTER TABLE parcel ADD COLUMN note varchar(90)'),
      bad('fix_varchar_arrays', 'CREATE TABLE parcel (notes varchar(90)[])'),
      bad(
        'increase_varchar_size_err',
        'ALTER TABLE parcel ALTER COLUMN note TYPE varchar(900) USING note::varchar(900)',
      ),
      good(
        'varchar_without_specified_limit_ok, create_table_with_text_ok',
        'CREATE TABLE parcel (note varchar, code text)',
      ),
    ],
  ),
  squawk(
    'prefer-timestamptz',
    ['time-without-zone'],
    [
      bad(
        'create_table_with_timestamp_err, fix_…',
        'CREATE TABLE parcel (at timestamp, seen timestamp without time zone)',
      ),
      bad(
        'alter_table_with_timestamp_err, fix_alter_table_timestamp',
        'ALTER TABLE parcel ALTER COLUMN at TYPE timestamp',
      ),
      bad('fix_timestamp_array', 'CREATE TABLE parcel (seen timestamp[])'),
      good(
        'create_table_with_time_zone_ok, alter_table_with_time_zone_ok',
        'CREATE TABLE parcel (at timestamptz, seen timestamp with time zone)',
      ),
    ],
  ),
  squawk('renaming-column', ['renames'], [bad('err', 'ALTER TABLE parcel RENAME COLUMN note TO remark')]),
  squawk('renaming-table', ['renames'], [bad('err', 'ALTER TABLE parcel RENAME TO packet')]),
  squawk(
    'require-concurrent-index-creation',
    ['index-blocks-writes'],
    [
      bad('adding_index_non_concurrently_err, fix_…', 'CREATE INDEX ON parcel (van)'),
      good('adding_index_concurrently_ok', 'CREATE INDEX CONCURRENTLY by_van ON parcel (van)'),
      good(
        'new_table_ok, new_table_in_assume_transaction_ok',
        'CREATE TABLE parcel (van bigint); CREATE INDEX by_van ON parcel (van)',
      ),
    ],
  ),
  squawk(
    'require-concurrent-index-deletion',
    ['drop-index-locks'],
    [
      bad('drop_index_missing_concurrently_err, fix_…', 'DROP INDEX IF EXISTS by_van, by_code'),
      good('drop_index_concurrently_ok', 'DROP INDEX CONCURRENTLY IF EXISTS by_van'),
      good(
        'regression_false_positive_drop_…_ok',
        'DROP TABLE IF EXISTS parcel; DROP TRIGGER IF EXISTS seen ON van; DROP TYPE IF EXISTS kind',
      ),
    ],
  ),
  squawk(
    'require-concurrent-partition-detach',
    ['detach-locks'],
    [
      bad(
        'detach_partition_missing_concurrently_err, fix_add_concurrently',
        'ALTER TABLE parcel DETACH PARTITION parcel_2024',
      ),
      good('detach_partition_concurrently_ok', 'ALTER TABLE parcel DETACH PARTITION parcel_2024 CONCURRENTLY'),
      good('detach_partition_finalize_ok', 'ALTER TABLE parcel DETACH PARTITION parcel_2024 FINALIZE'),
    ],
  ),
  squawk(
    'require-concurrent-reindex',
    ['reindex-locks'],
    [
      bad('reindex_table_no_concurrently_err, fix_reindex_table', 'REINDEX TABLE parcel'),
      bad('reindex_index_no_concurrently_err, fix_reindex_index', 'REINDEX INDEX by_van'),
      bad('reindex_schema_no_concurrently_err, reindex_database_no_concurrently_err', 'REINDEX SCHEMA depot'),
      good('reindex_table_concurrently_ok, reindex_options_concurrently_ok', 'REINDEX (CONCURRENTLY) TABLE parcel'),
      good('reindex_index_concurrently_ok', 'REINDEX INDEX CONCURRENTLY by_van'),
      good('reindex_system_ok', 'REINDEX SYSTEM parcels', {
        difference: 'it has no concurrent form, and blocks all the same: no business of a release',
      }),
    ],
  ),
  squawk(
    'require-enum-value-ordering',
    ['enum-order'],
    [
      bad(
        'err_add_value_without_ordering, err_add_value_if_not_exists_without_ordering, fix_…',
        "ALTER TYPE kind ADD VALUE IF NOT EXISTS 'box'",
      ),
      good('ok_add_value_before, ok_add_value_after', "ALTER TYPE kind ADD VALUE 'box' AFTER 'bag'"),
    ],
  ),
  squawk(
    'require-lock-timeout, require-statement-timeout',
    ['no-lock-timeout', 'no-statement-timeout'],
    [
      bad('err_missing_both_timeouts, fix_…', 'ALTER TABLE parcel ADD COLUMN fragile boolean'),
      bad(
        'err_missing_lock_timeout, fix_add_lock_timeout_only',
        "SET statement_timeout = '7s'; ALTER TABLE parcel ADD COLUMN fragile boolean",
      ),
      bad(
        'err_missing_statement_timeout, fix_add_statement_timeout_only',
        "SET lock_timeout = '2s'; ALTER TABLE parcel ADD COLUMN fragile boolean",
      ),
      bad(
        'err_timeouts_using_schema',
        "SET my.lock_timeout = '2s'; SET my.statement_timeout = '7s'; ALTER TABLE parcel ADD COLUMN fragile boolean",
      ),
      bad(
        'err_timeouts_after_ddl',
        "ALTER TABLE parcel ADD COLUMN fragile boolean;\nSET lock_timeout = '2s'; SET statement_timeout = '7s'",
      ),
      bad('err_reindex_concurrently_false_uses_non_concurrent_lock', 'REINDEX (CONCURRENTLY false) INDEX by_van'),
      bad(
        'err_other_ddl_operations, err_comment_on_explains_lock_impact, err_vacuum_full_false_uses_non_full_lock, err_lock_access_share_uses_correct_article',
        "CREATE TYPE kind AS ENUM ('bag'); COMMENT ON COLUMN parcel.van IS 'which'; VACUUM (FULL false) parcel; LOCK TABLE parcel IN ACCESS SHARE MODE",
        {
          difference: 'none of these keeps reads or writes of a table waiting',
        },
      ),
      good(
        'ok_both_timeouts_present, …_casing, ok_other_ddl_with_timeouts',
        "SET Lock_Timeout = '2s'; SET statement_timeout = '7s'; ALTER TABLE parcel ADD COLUMN fragile boolean",
      ),
      good('ok_no_ddl_operations', 'SELECT * FROM parcel'),
      good('(the runner sets both)', 'ALTER TABLE parcel ADD COLUMN fragile boolean', { runner: 'crossfade' }),
    ],
  ),
  squawk(
    'require-table-schema',
    [],
    [],
    'off by default there too: an application and its migrations share one search_path here, and the table is looked up by it',
  ),
  squawk(
    'transaction-nesting',
    ['transaction-nesting', 'ends-transaction'],
    [
      bad('begin_repeated_err', 'BEGIN; BEGIN; SELECT 1; COMMIT'),
      bad('commit_repeated_err', 'BEGIN; SELECT 1; COMMIT; COMMIT'),
      bad(
        'commit_with_assume_in_transaction_err, rollback_…, begin_assume_transaction_err',
        'SELECT 1; COMMIT',
        wrapped,
      ),
      good('no_nesting_ok, no_nesting_repeated_ok', 'BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT'),
      good('no_nesting_with_assume_transaction_ok', 'SELECT 1', wrapped),
      good(
        'squawk_disable_assume_in_transaction_allows_begin_commit',
        '-- crossfade: no-transaction\nBEGIN; SELECT 1; COMMIT',
        wrapped,
      ),
    ],
  ),
  squawk('syntax-error', ['syntax-error'], [bad('(any)', 'ALTER TABEL parcel ADD COLUMN note text')]),
  squawk('unused-ignore', [], [], 'about comments that silence Squawk; findings here are waived by gate, on record'),
];

const strong = (
  rule: string,
  ours: readonly string[],
  shapes: readonly PeerShape[],
  difference?: string,
): PeerRule => ({
  peer: 'Strong Migrations',
  rule,
  ours,
  shapes,
  ...(difference === undefined ? {} : { difference }),
});

const strongRules: readonly PeerRule[] = [
  strong(
    'removing a column',
    ['breaks-live-slot'],
    [bad('remove_column', 'ALTER TABLE parcel DROP COLUMN note')],
    'in a contract migration it is fine',
  ),
  strong(
    'changing the type of a column',
    ['changes-type'],
    [bad('change_column', 'ALTER TABLE parcel ALTER COLUMN van TYPE bigint')],
    'the same list of types that are stored alike, by the type that the database has (not citext, interval or a change of time zone, which hang on more than the type)',
  ),
  strong('renaming a column', ['renames'], [bad('rename_column', 'ALTER TABLE parcel RENAME COLUMN note TO remark')]),
  strong('renaming a table', ['renames'], [bad('rename_table', 'ALTER TABLE parcel RENAME TO packet')]),
  strong('renaming a schema', ['renames'], [bad('rename_schema', 'ALTER SCHEMA depot RENAME TO store')]),
  strong(
    'creating a table with the force option',
    ['breaks-live-slot', 'cascades'],
    [
      bad('create_table force', 'DROP TABLE IF EXISTS parcel CASCADE; CREATE TABLE parcel (id bigint)'),
      good('create_table', 'CREATE TABLE parcel (id bigint)'),
    ],
  ),
  strong(
    'adding an auto-incrementing column',
    ['rewrites-table'],
    [bad('add_column :primary_key', 'ALTER TABLE parcel ADD COLUMN id bigserial PRIMARY KEY')],
  ),
  strong(
    'adding a stored generated column',
    ['rewrites-table'],
    [
      bad(
        'add_column :virtual, stored',
        'ALTER TABLE parcel ADD COLUMN volume int GENERATED ALWAYS AS (wide * high) STORED',
      ),
    ],
  ),
  strong(
    'adding a foreign key',
    ['constraint-validates'],
    [
      bad('add_foreign_key', 'ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id)'),
      good(
        'validate: false',
        'ALTER TABLE parcel ADD CONSTRAINT in_van FOREIGN KEY (van) REFERENCES van (id) NOT VALID',
      ),
    ],
  ),
  strong(
    'adding a check constraint',
    ['constraint-validates'],
    [
      bad('add_check_constraint', 'ALTER TABLE parcel ADD CONSTRAINT heavy CHECK (weight > 0)'),
      good('validate: false', 'ALTER TABLE parcel ADD CONSTRAINT heavy CHECK (weight > 0) NOT VALID'),
    ],
  ),
  strong(
    'executing SQL directly',
    ['not-understood'],
    [bad('execute', 'DO $$ BEGIN PERFORM 1; END $$')],
    'plain SQL is what is read here; only what a body hides is not',
  ),
  strong(
    'backfilling data',
    ['changes-every-row', 'lock-held-through'],
    [
      bad('update_all', "ALTER TABLE parcel ADD COLUMN note text;\nUPDATE parcel SET note = 'none'", wrapped),
      bad('a single query', "UPDATE parcel SET note = 'none' WHERE note IS NULL", { runner: 'alembic' }),
      good('in_batches', "UPDATE parcel SET note = 'none' WHERE id > 0 AND id <= 10000", { runner: 'alembic' }),
    ],
    'theirs describes it and does not detect it',
  ),
  strong(
    'adding an index non-concurrently',
    ['index-blocks-writes'],
    [
      bad('add_index', 'CREATE INDEX by_van ON parcel (van)'),
      good('algorithm: :concurrently', 'CREATE INDEX CONCURRENTLY by_van ON parcel (van)', { runner: 'alembic' }),
    ],
  ),
  strong(
    'adding a reference',
    ['index-blocks-writes'],
    [bad('add_reference', 'ALTER TABLE parcel ADD COLUMN van_id bigint; CREATE INDEX by_van ON parcel (van_id)')],
  ),
  strong(
    'adding a unique constraint',
    ['unique-builds-index'],
    [
      bad('add_unique_constraint', 'ALTER TABLE parcel ADD CONSTRAINT one UNIQUE (code)'),
      good('using_index', 'ALTER TABLE parcel ADD CONSTRAINT one UNIQUE USING INDEX by_code'),
    ],
  ),
  strong(
    'adding an exclusion constraint',
    ['exclusion-builds-index'],
    [bad('add_exclusion_constraint', 'ALTER TABLE parcel ADD CONSTRAINT apart EXCLUDE USING gist (span WITH &&)')],
  ),
  strong(
    'adding a json column',
    ['json-text'],
    [
      bad('add_column :json', 'ALTER TABLE parcel ADD COLUMN extra json'),
      good('add_column :jsonb', 'ALTER TABLE parcel ADD COLUMN extra jsonb'),
    ],
  ),
  strong(
    'adding a column with a volatile default value',
    ['rewrites-table'],
    [
      bad('default: -> { "gen_random_uuid()" }', 'ALTER TABLE parcel ADD COLUMN tag uuid DEFAULT gen_random_uuid()'),
      good(
        'change_column_default',
        'ALTER TABLE parcel ADD COLUMN tag uuid; ALTER TABLE parcel ALTER COLUMN tag SET DEFAULT gen_random_uuid()',
      ),
    ],
  ),
  strong(
    'setting NOT NULL on an existing column',
    ['not-null-scans'],
    [
      bad('change_column_null', 'ALTER TABLE parcel ALTER COLUMN van SET NOT NULL'),
      good(
        'validated check first',
        'ALTER TABLE parcel ADD CONSTRAINT k CHECK (van IS NOT NULL) NOT VALID; ALTER TABLE parcel VALIDATE CONSTRAINT k; ALTER TABLE parcel ALTER COLUMN van SET NOT NULL',
        { runner: 'alembic' },
      ),
    ],
  ),
  strong(
    'renaming an enum value',
    ['renames'],
    [bad('rename_enum_value', "ALTER TYPE kind RENAME VALUE 'bag' TO 'sack'")],
  ),
  strong(
    'keeping non-unique indexes to three columns or less',
    ['wide-index'],
    [
      bad('add_index of four', 'CREATE INDEX CONCURRENTLY i ON parcel (a, b, c, d)', { runner: 'alembic' }),
      good('unique of four', 'CREATE UNIQUE INDEX CONCURRENTLY i ON parcel (a, b, c, d)', { runner: 'alembic' }),
    ],
  ),
  strong(
    'removing an index non-concurrently (off by default)',
    ['drop-index-locks'],
    [bad('remove_index', 'DROP INDEX by_van')],
  ),
  strong(
    'changing the default value of a column',
    ['may-break-live-slot'],
    [bad('change_column_default', 'ALTER TABLE parcel ALTER COLUMN van SET DEFAULT 1')],
    'there it hangs on a setting of Active Record (partial inserts); here it only warns',
  ),
  strong('MySQL and MariaDB (copying, locking, expression defaults)', [], [], 'PostgreSQL only'),
  strong(
    'checking down migrations',
    [],
    [],
    'nothing runs downwards: what takes something away is a contract migration of its own, and reviewed',
  ),
];

export const peerRules: readonly PeerRule[] = [...squawkRules, ...strongRules];
