import { expect } from 'chai';
import type { Client } from 'pg';
import { digestOf } from '../../../../contract/json.js';
import { worstAnswer } from '../../../../contract/verdict.js';
import { reviewMigrations } from '../../../../platforms/postgres/review/review-migrations.js';
import { startEmbedded, type Embedded } from '../embedded.js';
import { inTransaction, world } from './lock-shapes.js';

/** What an application made for the world asks of it; each must succeed, and find a row. */
const application: readonly string[] = [
  'SELECT 1 / count(*) FROM (SELECT id, customer_id, note, amount, code, span FROM orders WHERE id = 1) AS found',
  "INSERT INTO orders (id, note) VALUES (99, 'n')",
  "INSERT INTO orders VALUES (98, 1, 'n', 1, 'zzz', '[8,9)')",
  "UPDATE orders SET note = 'u' WHERE id = 2",
  'SELECT 1 / count(*) FROM (SELECT id, email, born FROM customers) AS found',
  "INSERT INTO customers (id, email, born) VALUES (9, 'somebody', now()::timestamp)",
  'SELECT 1 / count(*) FROM (SELECT id, note FROM order_notes) AS found',
  'SELECT 1 / count(*) FROM (SELECT customer_id, total FROM totals) AS found',
  'SELECT 1 / count(*) FROM (SELECT id FROM parents) AS found',
  'INSERT INTO parents (id) VALUES (1)',
  'INSERT INTO children (id) VALUES (1)',
  'SELECT 1 / count(*) FROM loners',
  'INSERT INTO loners (id) VALUES (1)',
  "INSERT INTO events (id, at) VALUES (1, '2025-05-05')",
  "SELECT nextval('numbers')",
  "SELECT 'good'::mood",
  'SELECT 1::positive',
  'SELECT 1 / count(*) FROM other.things',
  'SELECT nought()',
  'SELECT (a).first FROM (SELECT ROW(1, 2)::pair AS a) AS found',
];

/** Beside those whose locks are looked at: what has other ways back. */
const alsoTakenBack: readonly string[] = [
  'ALTER TYPE mood RENAME TO mode',
  "ALTER TYPE mood RENAME VALUE 'good' TO 'it''s fine'",
  'ALTER TYPE pair RENAME ATTRIBUTE first TO one',
  'ALTER DOMAIN positive RENAME TO "Plus"',
  'ALTER SCHEMA other RENAME TO third',
  'ALTER TABLE other.things SET SCHEMA public',
  'ALTER TYPE public.mood SET SCHEMA other',
  'ALTER FUNCTION nought() RENAME TO nothing_at_all',
  'ALTER TRIGGER touched ON orders RENAME TO handled',
  'ALTER POLICY own ON orders RENAME TO foreign_ones',
  'CREATE SCHEMA third',
  "CREATE TYPE colour AS ENUM ('red')",
  'CREATE TYPE other.couple AS (a int, b int)',
  'CREATE DOMAIN small AS int',
  'CREATE SEQUENCE "Fresh"',
  'CREATE PROCEDURE two() LANGUAGE sql AS $$ SELECT 1 $$',
  'CREATE FUNCTION three(a int, b text) RETURNS text LANGUAGE sql AS $$ SELECT b $$',
  'CREATE INDEX things_id ON other.things (id)',
];

describe('what a review says about the live slot and the way back', function () {
  this.timeout(120_000);
  let server: Embedded;
  let client: Client;

  before(async () => {
    server = await startEmbedded();
    await server.query('superuser', 'CREATE SCHEMA other');
    await server.query('superuser', world);
    await server.query(
      'superuser',
      `CREATE TABLE other.things (id bigint); INSERT INTO other.things VALUES (1); CREATE TYPE pair AS (first int, second int);
       CREATE FUNCTION nought() RETURNS int LANGUAGE sql AS 'SELECT 0'`,
    );
    client = await server.client('superuser');
  });
  afterEach(() => client.query('ROLLBACK'));
  after(() => server.stop());

  it('is tried with an application that works before', async () => {
    await client.query('BEGIN');
    expect(await failures()).to.deep.equal([]);
  });

  for (const sql of [...inTransaction, ...alsoTakenBack]) {
    it(`is true of ${sql}`, async () => {
      const [review] = await reviewMigrations([{ id: '1.sql', sql, checksum: digestOf(sql), phase: 'expand' }]);
      const answer = worstAnswer(review!.acts.map((act) => act.live.answer));
      await client.query('BEGIN');
      const before = await shape();
      await client.query(sql);
      const failed = await failures();
      if (answer === 'yes') expect(failed).to.deep.equal([]);
      if (answer === 'no') expect(failed).not.to.deep.equal([]);

      const [all, nothing] = [review!.acts, { none: 'nothing to take back' }];
      for (const { phase, reverse } of all) if (phase !== 'neutral') expect(reverse).not.to.deep.equal(nothing);
      const ways = review!.acts.flatMap(({ reverse }) => ('sql' in reverse ? [reverse.sql] : []));
      if (alsoTakenBack.includes(sql)) expect(ways).not.to.deep.equal([]);
      if (ways.length !== review!.acts.length) return;
      for (const way of ways.reverse()) await client.query(way.replace(/ CONCURRENTLY/g, ''));
      expect(await shape()).to.deep.equal(before);
    });
  }

  for (const sql of [
    'CREATE TABLE IF NOT EXISTS orders (id bigint)',
    'CREATE TABLE IF NOT EXISTS copied AS SELECT 1',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note ON orders (note)',
    'CREATE SEQUENCE IF NOT EXISTS numbers',
    'CREATE SCHEMA IF NOT EXISTS other',
    'CREATE EXTENSION IF NOT EXISTS btree_gist',
  ]) {
    it(`offers to drop nothing that may have stood before ${sql}`, async () => {
      const [review] = await reviewMigrations([{ id: '1.sql', sql, checksum: digestOf(sql), phase: 'expand' }]);
      expect(review!.acts.map(({ reverse }) => reverse)).to.deep.equal([
        { none: 'where it stood before it has to stay' },
      ]);
    });
  }

  /** The application's questions that fail, each tried from the same state. */
  async function failures(): Promise<string[]> {
    const failed: string[] = [];
    for (const sql of application) {
      await client.query('SAVEPOINT tried');
      await client.query(sql).catch(() => failed.push(sql));
      await client.query('ROLLBACK TO tried');
    }
    return failed;
  }

  async function shape(): Promise<unknown[]> {
    const { rows } = await client.query<Record<string, unknown>>(`
      SELECT 'relation' AS kind, c.relname AS name, c.relkind::text AS what FROM pg_class c
       WHERE relnamespace IN ('public'::regnamespace, 'other'::regnamespace)
      UNION ALL
      SELECT 'column', attrelid::regclass || '.' || attname, format('%s %s %s', format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL
      SELECT 'schema', nspname, '' FROM pg_namespace
      UNION ALL
      SELECT 'type', oid::regtype::text, typtype::text FROM pg_type WHERE typtype IN ('e', 'c', 'd') AND typnamespace IN ('public'::regnamespace, 'other'::regnamespace)
      UNION ALL
      SELECT 'label', enumtypid::regtype::text, enumlabel FROM pg_enum
      UNION ALL
      SELECT 'attribute', attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE c.relkind = 'c' AND relnamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'function', oid::regprocedure::text, prokind::text FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'other'::regnamespace)
      UNION ALL
      SELECT 'policy', polname, polrelid::regclass::text FROM pg_policy
      UNION ALL
      SELECT 'rule', rulename, ev_class::regclass::text FROM pg_rewrite WHERE ev_class >= 16384
      UNION ALL
      SELECT 'statistics', stxname, stxrelid::regclass::text FROM pg_statistic_ext
      ORDER BY 1, 2, 3`);
    return rows;
  }
});
