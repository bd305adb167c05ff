import { expect } from 'chai';
import type { Client } from 'pg';
import { isTransactional } from '../../../../platforms/postgres/read-migration.js';
import { reviewScripts } from '../../../../platforms/postgres/review/review-scripts.js';
import { splitStatements } from '../../../../platforms/postgres/split-statements.js';
import { startEmbedded, type Embedded } from '../embedded.js';
import { world } from './lock-shapes.js';

/** Statements that the review rewrites, each with the problem. */
const rewritten: readonly (readonly [code: string, sql: string])[] = [
  ['index-blocks-writes', 'CREATE INDEX orders_amount ON orders (amount)'],
  ['index-blocks-writes', 'create unique index if not exists orders_amount on orders (id, amount) where amount > 0'],
  ['drop-index-locks', 'DROP INDEX IF EXISTS orders_note'],
  ['reindex-locks', 'REINDEX (VERBOSE) TABLE orders'],
  ['reindex-locks', 'REINDEX INDEX orders_note'],
  ['detach-locks', 'ALTER TABLE events DETACH PARTITION events_2025'],
  ['constraint-validates', 'ALTER TABLE orders ADD CONSTRAINT small CHECK (amount < 100)'],
  [
    'constraint-validates',
    'ALTER TABLE ONLY loners ADD CONSTRAINT known FOREIGN KEY (id) REFERENCES customers (id) -- who',
  ],
  ['unique-builds-index', 'ALTER TABLE loners ADD CONSTRAINT once UNIQUE (id)'],
  ['not-null-scans', 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL'],
  ['not-null-scans', 'ALTER TABLE public.orders ALTER COLUMN customer_id SET NOT NULL'],
];

/** Problems of which the text does not tell what to write instead. */
const left: readonly (readonly [code: string, sql: string])[] = [
  ['constraint-validates', 'ALTER TABLE orders ADD CHECK (amount < 100)'],
  ['constraint-validates', 'ALTER TABLE orders ADD CONSTRAINT small CHECK (amount < 100), ADD COLUMN extra int'],
  ['unique-builds-index', 'ALTER TABLE loners ADD CONSTRAINT once UNIQUE (id) DEFERRABLE'],
  ['unique-builds-index', 'ALTER TABLE loners ADD PRIMARY KEY (id)'],
];

async function insteadFor(code: string, sql: string): Promise<readonly string[] | undefined> {
  const [review] = await reviewScripts([{ id: 'a.sql', sql, phase: 'contract', runner: 'crossfade' }]);
  const found = review!.findings.find((finding) => finding.code === code);
  expect(found, `${sql} has ${code}`).not.to.equal(undefined);
  return found!.instead;
}

describe('the SQL that a review says to write instead', function () {
  this.timeout(60_000);
  let server: Embedded;
  let client: Client;

  before(async () => {
    server = await startEmbedded();
    client = await server.client('superuser');
  });
  after(() => server.stop());

  for (const [code, sql] of rewritten) {
    it(`passes the review, and does in the end what the statement does: ${sql}`, async () => {
      const instead = await insteadFor(code, sql);
      const scripts = instead!.map((text, index) => ({
        id: `${index}.sql`,
        sql: text,
        phase: 'contract' as const,
        runner: 'crossfade' as const,
      }));
      const stops = (await reviewScripts(scripts)).flatMap(({ findings }) =>
        findings.filter(({ severity }) => severity === 'stop'),
      );
      expect(stops).to.deep.equal([]);
      expect(await shapeAfter(instead!)).to.deep.equal(await shapeAfter([sql]));
    });
  }

  for (const [code, sql] of left)
    it(`is not made up where the text does not tell it: ${sql}`, async () => {
      expect(await insteadFor(code, sql)).to.equal(undefined);
    });

  it('is what the tool needs: without our mark where another tool runs it', async () => {
    const [review] = await reviewScripts([
      { id: 'a.sql', sql: 'CREATE INDEX i ON t (c)', phase: 'expand', runner: 'prisma' },
    ]);
    expect(review!.findings.find(({ code }) => code === 'index-blocks-writes')!.instead).to.deep.equal([
      'CREATE INDEX CONCURRENTLY i ON t (c);',
    ]);
  });

  /** Columns, indexes and constraints once these files have run, as the runner runs them. */
  async function shapeAfter(files: readonly string[]): Promise<unknown> {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP EXTENSION IF EXISTS btree_gist');
    await client.query(world);
    for (const file of files) {
      if (isTransactional(file)) await client.query(`BEGIN; ${file}\n; COMMIT`);
      else for (const { text } of splitStatements(file)) await client.query(text);
    }
    const { rows } = await client.query<Record<string, unknown>>(`
      SELECT 'column' AS kind, attrelid::regclass || '.' || attname AS name, format('%s %s', format_type(atttypid, atttypmod), attnotnull) AS what
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
      UNION ALL SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) || indisvalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
      UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      ORDER BY 1, 2, 3`);
    // DETACH … CONCURRENTLY leaves the partition's bounds behind as a check.
    return rows.filter(({ name }) => name !== 'events_2025_at_check');
  }
});
