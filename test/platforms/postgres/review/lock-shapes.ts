/** What stands before each statement is tried. */
export const world = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;
  CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(50), born timestamp);
  CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id), note text, amount int NOT NULL DEFAULT 0, code char(3), span int4range);
  CREATE INDEX orders_note ON orders (note);
  CREATE UNIQUE INDEX orders_code ON orders (code);
  INSERT INTO customers VALUES (1, 'a', now());
  INSERT INTO orders VALUES (1, 1, 'x', 5, 'abc', '[1,2)'), (2, 1, 'y', 6, 'def', '[2,3)');
  ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount >= 0) NOT VALID;
  ALTER TABLE orders ADD CONSTRAINT note_known CHECK (note IS NOT NULL) NOT VALID;
  CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE events_2026 (id bigint, at date NOT NULL);
  CREATE TABLE parents (id bigint);
  CREATE TABLE children () INHERITS (parents);
  INSERT INTO children VALUES (1);
  CREATE TABLE loners (id bigint);
  INSERT INTO loners VALUES (1);
  CREATE VIEW order_notes AS SELECT id, note FROM orders;
  CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(amount) AS total FROM orders GROUP BY 1;
  CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
  CREATE SEQUENCE numbers;
  CREATE TYPE mood AS ENUM ('good', 'bad');
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION nothing();
  CREATE POLICY own ON orders USING (true);
  CREATE RULE quiet AS ON INSERT TO loners DO ALSO NOTHING;
`;

/** Statements that can be left open in a transaction. */
export const inTransaction: readonly string[] = [
  'ALTER TABLE orders ADD COLUMN extra int',
  'ALTER TABLE orders ADD COLUMN extra int NOT NULL DEFAULT 0',
  'ALTER TABLE orders ADD COLUMN extra timestamptz DEFAULT now()',
  'ALTER TABLE orders ADD COLUMN extra timestamptz DEFAULT CURRENT_TIMESTAMP',
  'ALTER TABLE orders ADD COLUMN extra uuid DEFAULT gen_random_uuid()',
  'ALTER TABLE orders ADD COLUMN extra timestamptz DEFAULT clock_timestamp()',
  'ALTER TABLE orders ADD COLUMN extra bigserial',
  'ALTER TABLE orders ADD COLUMN extra bigint GENERATED ALWAYS AS IDENTITY',
  'ALTER TABLE orders ADD COLUMN extra int GENERATED ALWAYS AS (amount * 2) STORED',
  'ALTER TABLE orders ADD COLUMN extra int UNIQUE',
  'ALTER TABLE orders ADD COLUMN extra int CHECK (extra > 0)',
  'ALTER TABLE orders ADD COLUMN extra bigint REFERENCES customers',
  'ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b text',
  'ALTER TABLE orders DROP COLUMN note CASCADE',
  'ALTER TABLE orders DROP COLUMN amount CASCADE',
  'ALTER TABLE orders ALTER COLUMN amount SET DEFAULT 1',
  'ALTER TABLE orders ALTER COLUMN amount DROP DEFAULT',
  'ALTER TABLE orders ALTER COLUMN note SET NOT NULL',
  'ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL',
  'ALTER TABLE customers ALTER COLUMN email TYPE varchar(100)',
  'ALTER TABLE customers ALTER COLUMN email TYPE text',
  'ALTER TABLE customers ALTER COLUMN email TYPE varchar(10)',
  'ALTER TABLE customers ALTER COLUMN born TYPE date',
  'ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500',
  'ALTER TABLE orders ALTER COLUMN note SET (n_distinct = 10)',
  'ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL',
  'ALTER TABLE orders ADD CONSTRAINT small CHECK (amount < 100)',
  'ALTER TABLE orders ADD CONSTRAINT small CHECK (amount < 100) NOT VALID',
  'ALTER TABLE orders VALIDATE CONSTRAINT amount_positive',
  'ALTER TABLE loners ADD CONSTRAINT known FOREIGN KEY (id) REFERENCES customers (id)',
  'ALTER TABLE loners ADD CONSTRAINT known FOREIGN KEY (id) REFERENCES customers (id) NOT VALID',
  'ALTER TABLE loners ADD CONSTRAINT once UNIQUE (id)',
  'ALTER TABLE loners ADD PRIMARY KEY (id)',
  'ALTER TABLE orders ADD CONSTRAINT once UNIQUE USING INDEX orders_code',
  'ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE USING gist (span WITH &&)',
  'ALTER TABLE orders DROP CONSTRAINT amount_positive',
  "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  'ALTER TABLE events DETACH PARTITION events_2025',
  'ALTER TABLE orders SET (fillfactor = 80)',
  'ALTER TABLE orders SET (autovacuum_enabled = off)',
  'ALTER TABLE orders RESET (fillfactor)',
  'ALTER TABLE orders CLUSTER ON orders_note',
  'ALTER TABLE loners SET UNLOGGED',
  'ALTER TABLE orders DISABLE TRIGGER touched',
  'ALTER TABLE orders ENABLE TRIGGER ALL',
  'ALTER TABLE loners DISABLE RULE quiet',
  'ALTER TABLE orders ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE orders REPLICA IDENTITY FULL',
  'ALTER TABLE loners INHERIT parents',
  'ALTER TABLE children NO INHERIT parents',
  'ALTER TABLE orders RENAME TO purchases',
  'ALTER TABLE orders RENAME COLUMN note TO remark',
  'ALTER TABLE orders RENAME CONSTRAINT amount_positive TO positive_amount',
  'ALTER INDEX orders_note RENAME TO orders_remark',
  'ALTER TABLE orders SET SCHEMA other',
  'ALTER VIEW order_notes RENAME TO order_remarks',
  'CREATE TABLE fresh (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers)',
  "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
  'CREATE TABLE grandchildren () INHERITS (parents)',
  'CREATE TABLE alike (LIKE orders INCLUDING ALL)',
  'CREATE TABLE copied AS SELECT * FROM orders',
  'CREATE VIEW fresh_view AS SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id',
  'CREATE MATERIALIZED VIEW fresh_totals AS SELECT count(*) FROM orders',
  'REFRESH MATERIALIZED VIEW totals',
  'REFRESH MATERIALIZED VIEW CONCURRENTLY totals',
  'CREATE INDEX orders_amount ON orders (amount)',
  'CREATE UNIQUE INDEX ON orders (id, amount)',
  'DROP INDEX orders_note',
  'REINDEX INDEX orders_note',
  'REINDEX TABLE orders',
  'DROP TABLE loners',
  'DROP TABLE parents CASCADE',
  'DROP VIEW order_notes',
  'DROP MATERIALIZED VIEW totals',
  'DROP SEQUENCE numbers',
  'DROP TRIGGER touched ON orders',
  'DROP POLICY own ON orders',
  'DROP RULE quiet ON loners',
  'TRUNCATE loners',
  'TRUNCATE loners, parents',
  'LOCK TABLE orders IN SHARE MODE',
  'LOCK TABLE orders',
  'CREATE TRIGGER again AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION nothing()',
  'CREATE POLICY other ON orders USING (id > 0)',
  'ALTER POLICY own ON orders USING (id > 1)',
  'CREATE RULE loud AS ON UPDATE TO loners DO ALSO NOTHING',
  'CREATE STATISTICS related ON note, amount FROM orders',
  "COMMENT ON TABLE orders IS 'what was bought'",
  "COMMENT ON COLUMN orders.note IS 'what was said'",
  "COMMENT ON INDEX orders_note IS 'found by'",
  'ANALYZE orders',
  'CLUSTER orders USING orders_note',
  'ALTER SEQUENCE numbers RESTART WITH 100',
  "ALTER TYPE mood ADD VALUE 'odd'",
  'CREATE TYPE colour AS ENUM ()',
  'CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
  'GRANT SELECT ON orders TO crossfade_app',
  'REVOKE SELECT ON orders FROM crossfade_app',
  'INSERT INTO loners VALUES (1)',
  'INSERT INTO loners SELECT id FROM orders',
  "UPDATE orders SET note = 'z' WHERE id = 1",
  'UPDATE orders SET amount = amount + 1',
  'DELETE FROM orders WHERE id = 1',
  'WITH gone AS (DELETE FROM orders WHERE id = 2 RETURNING id) INSERT INTO loners SELECT id FROM gone',
  'MERGE INTO customers USING orders ON customers.id = orders.id WHEN NOT MATCHED THEN DO NOTHING',
  'SELECT * FROM orders',
  'SELECT * FROM orders WHERE id IN (SELECT id FROM parents) FOR UPDATE',
  'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id FOR SHARE OF c',
  "SET lock_timeout = '5s'",
];

/** Statements that run outside a transaction, each with a table that it waits for. */
export const alone: readonly (readonly [sql: string, table: string])[] = [
  ['CREATE INDEX CONCURRENTLY orders_amount ON orders (amount)', 'orders'],
  ['DROP INDEX CONCURRENTLY orders_note', 'orders'],
  ['REINDEX INDEX CONCURRENTLY orders_note', 'orders'],
  ['REINDEX TABLE CONCURRENTLY orders', 'orders'],
  ['ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY', 'events'],
  ['VACUUM orders', 'orders'],
  ['VACUUM FULL orders', 'orders'],
  ['VACUUM ANALYZE orders', 'orders'],
];
