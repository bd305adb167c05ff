import { expect } from 'chai';
import { IntegrityError, PlatformError, RefusedError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import type { Release } from '../../../contract/release.js';
import { readServerRecord } from '../../../platforms/local/host/postgres-files.js';
import { stopServer } from '../../../platforms/local/host/postgres-server.js';
import { compareLedger } from '../../../platforms/postgres/compare-ledger.js';
import { readLedger } from '../../../platforms/postgres/ledger.js';
import { openSession } from '../../../platforms/postgres/session.js';
import { migrate, type MigrateOptions } from '../../../platforms/postgres/migrate.js';
import { failure, releaseOf, startEmbedded, until, work, type Embedded, type Listening } from './embedded.js';
import { killPostmaster } from '../../support/kill-postmaster.js';

const twoTables = {
  '0001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (1);',
  '0002_lines.sql': 'CREATE TABLE lines (id int PRIMARY KEY);',
};

describe('migrating a PostgreSQL database', function () {
  this.timeout(120_000);
  let server: Embedded;

  before(async () => {
    server = await startEmbedded();
  });
  beforeEach(async () => {
    await server.query(
      'superuser',
      'DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION crossfade_owner; GRANT USAGE ON SCHEMA public TO crossfade_app',
    );
  });
  afterEach(() => server.closeClients());
  after(() => server.stop());

  it('applies what is missing in the order of ids, and notes release, run and checksum', async () => {
    const release = releaseOf({
      '0002_lines.sql': twoTables['0002_lines.sql'],
      '0001_orders.sql': twoTables['0001_orders.sql'],
    });
    const evidence = await run(release);
    expect(evidence).to.include({ alreadyIn: 0 });
    expect(evidence['applied']).to.deep.equal(['0001_orders.sql', '0002_lines.sql']);
    const { rows } = await server.query(
      'owner',
      'SELECT id, checksum, release, run, applied_at <= now() AS past FROM crossfade_migrations ORDER BY applied_at',
    );
    expect(rows).to.deep.equal(
      Object.entries(twoTables).map(([id, sql]) => ({
        id,
        checksum: digestOf(sql),
        release: '2.0.0',
        run: 'run-1',
        past: true,
      })),
    );
  });

  it('does nothing the second time, and only the rest after a third file came', async () => {
    await run(releaseOf(twoTables));
    expect(await run(releaseOf(twoTables))).to.deep.include({ applied: [], alreadyIn: 2 });
    const grown = releaseOf({ ...twoTables, '0003_more.sql': 'ALTER TABLE orders ADD COLUMN more int' });
    expect(await run(grown)).to.deep.include({ applied: ['0003_more.sql'], alreadyIn: 2 });
  });

  it('lets services read the version table and not write it', async () => {
    await run(releaseOf(twoTables));
    await server.query('app', 'INSERT INTO orders VALUES (7)');
    expect(await failure(server.query('app', 'DELETE FROM crossfade_migrations'))).to.have.property('code', '42501');
  });

  it('refuses a file whose applied content was another, before anything is changed', async () => {
    await run(releaseOf(twoTables));
    const edited = releaseOf({
      ...twoTables,
      '0002_lines.sql': 'CREATE TABLE lines (id bigint)',
      '0003_more.sql': 'CREATE TABLE more ()',
    });
    const refused = await failure(run(edited));
    expect(refused).to.be.instanceOf(IntegrityError);
    expect(refused.message).to.equal('in the database with another content than in the release: 0002_lines.sql');
    expect(await tables()).to.deep.equal(['crossfade_migrations', 'lines', 'orders']);
  });

  it('refuses a file that is not what its own checksum says', async () => {
    const [migration] = releaseOf(twoTables).migrations;
    const release: Release = { ...releaseOf({}), migrations: [{ ...migration!, sql: 'DROP TABLE orders' }] };
    expect(await failure(run(release))).to.be.instanceOf(IntegrityError);
  });

  it('refuses a contract migration and says until when, before the expand ones run', async () => {
    const refused = await failure(run(releaseOf({ ...twoTables, 'contract:0009_drop.sql': 'DROP TABLE orders' })));
    expect(refused).to.be.instanceOf(RefusedError);
    expect(refused.message)
      .to.include('0009_drop.sql')
      .and.to.include('until the slot of the release before is retired');
    expect(await tables()).to.deep.equal(['crossfade_migrations']);
  });

  it('runs a contract migration once somebody says why it may', async () => {
    await run(releaseOf({ ...twoTables, 'contract:0009_drop.sql': 'DROP TABLE orders' }), {
      contractBecause: 'no slot but that of 2.0.0 stands',
    });
    expect(await tables()).to.deep.equal(['crossfade_migrations', 'lines']);
  });

  it('leaves out what is held, and says so; the rest runs', async () => {
    const release = releaseOf({
      ...twoTables,
      'contract:0003_drop.sql': 'DROP TABLE orders',
      '0004_more.sql': 'SELECT 1',
    });
    const evidence = await run(release, { hold: ['0003_drop.sql'] });
    expect(evidence).to.deep.include({
      applied: ['0001_orders.sql', '0002_lines.sql', '0004_more.sql'],
      held: ['0003_drop.sql'],
      alreadyIn: 0,
    });
    expect(await tables()).to.deep.equal(['crossfade_migrations', 'lines', 'orders']);
    const later = await run(release, { contractBecause: 'the slot before is retired' });
    expect(later).to.deep.include({ applied: ['0003_drop.sql'], alreadyIn: 3 });
  });

  it('treats what was recognised as removing like what says so, and remembers it', async () => {
    const release = releaseOf({ ...twoTables, '0003_drop.sql': 'DROP TABLE orders' });
    expect(await failure(run(release, { contracting: ['0003_drop.sql'] }))).to.be.instanceOf(RefusedError);
    await run(release, { contracting: ['0003_drop.sql'], contractBecause: 'it may' });
    const session = await openSession(server.address('reader'), { applicationName: 'test', readOnly: true });
    try {
      const earlier = compareLedger(releaseOf(twoTables).migrations, await readLedger(session));
      expect(earlier.contracted).to.deep.equal(['0003_drop.sql']);
      expect(compareLedger(release.migrations, await readLedger(session)).contracted).to.deep.equal([]);
    } finally {
      await session.close();
    }
  });

  it('reads a version table from before it noted phases, and gives it that column', async () => {
    await server.query(
      'owner',
      `CREATE TABLE crossfade_migrations (id text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz, release text NOT NULL,
         run text NOT NULL, milliseconds bigint NOT NULL, begun integer NOT NULL DEFAULT 0, finished integer NOT NULL DEFAULT 0);
       INSERT INTO crossfade_migrations VALUES ('0001_orders.sql', '${digestOf(twoTables['0001_orders.sql'])}', now(), '1.0.0', 'r', 1)`,
    );
    const session = await openSession(server.address('owner'), { applicationName: 'test', readOnly: true });
    const ledger = await readLedger(session).finally(() => session.close());
    expect(ledger.get('0001_orders.sql')).to.include({ applied: true, phase: 'expand' });
    expect(await run(releaseOf(twoTables))).to.deep.include({ applied: ['0002_lines.sql'], alreadyIn: 1 });
  });

  it('refuses a file that would end its transaction itself, with its line', async () => {
    const refused = await failure(run(releaseOf({ '1.sql': 'CREATE TABLE a ();\n\nCOMMIT;\nCREATE TABLE b ();' })));
    expect(refused).to.be.instanceOf(RefusedError);
    expect(refused.message).to.match(/^migration 1\.sql, line 3: /);
  });

  it('keeps a failed file wholly out, names file and line, and says what is in and what is not', async () => {
    const files = {
      ...twoTables,
      '0003_bad.sql': 'ALTER TABLE orders ADD COLUMN x int;\n\nALTER TABLE nowhere ADD COLUMN x int;',
      '0004_never.sql': 'SELECT 1',
    };
    const failed = await failure(run(releaseOf(files)));
    expect(failed).to.be.instanceOf(PlatformError);
    expect(failed.message).to.equal(
      'migration 0003_bad.sql, line 3: relation "nowhere" does not exist (42P01). ' +
        'In: 0001_orders.sql, 0002_lines.sql. Not in: 0003_bad.sql, 0004_never.sql',
    );
    expect(failed.hint).to.equal('mend 0003_bad.sql and make a new release of it; what is in stays in');
    expect(await columns('orders')).to.deep.equal(['id']);
    const mended = { ...files, '0003_bad.sql': 'ALTER TABLE orders ADD COLUMN x int' };
    expect(await run(releaseOf(mended))).to.deep.include({ applied: ['0003_bad.sql', '0004_never.sql'] });
  });

  it('names file and line of SQL that does not parse', async () => {
    const failed = await failure(
      run(releaseOf({ '1.sql': 'CREATE TABLE a (id int);\nCREATE TABLE b (\n  id int,\n  name tekst kaput\n);' })),
    );
    expect(failed.message).to.match(/^migration 1\.sql, line 4: syntax error at or near "kaput" \(42601\)/);
    expect(await tables()).to.deep.equal(['crossfade_migrations']);
  });

  it('is not led astray by settings or a role that a file leaves behind', async () => {
    await server.query('superuser', 'GRANT crossfade_app TO crossfade_owner');
    const files = {
      '1.sql': 'SET ROLE crossfade_app; SET search_path = nowhere; SET lock_timeout = 0',
      '2.sql': 'CREATE TABLE here ()',
    };
    await run(releaseOf(files));
    expect(await tables()).to.include('here');
  });

  describe('fault 18: a lock that does not come', () => {
    it('lets everybody behind it through again within the lock time-out, tries again, and goes on when the lock is free', async () => {
      await run(releaseOf(twoTables));
      const blocker = await server.client('app', 'a long report');
      await blocker.query('BEGIN; SELECT * FROM orders');
      const listening = work();
      const altered = run(
        releaseOf({ ...twoTables, '3.sql': 'ALTER TABLE orders ADD COLUMN x int' }),
        { lockTimeoutMilliseconds: 600, lockPauseMilliseconds: 400 },
        listening,
      );
      const reader = await server.client('app');
      let slowest = 0;
      await until(async () => {
        const began = performance.now();
        await reader.query('SELECT * FROM orders');
        slowest = Math.max(slowest, performance.now() - began);
        return listening.said.some((line) => line.startsWith('try 2 of 5'));
      });
      await blocker.query('COMMIT');
      expect(await altered).to.deep.include({ applied: ['3.sql'] });
      expect(slowest).to.be.within(100, 1_500);
      expect(listening.said.join('\n')).to.match(
        /waiting for a lock held by process \d+ \(a long report, idle in transaction, its transaction is \d+ s old\)/,
      );
    });

    it('gives up after its tries, naming who holds the lock, with nothing of the file in', async () => {
      await run(releaseOf(twoTables));
      const blocker = await server.client('app', 'a long report');
      await blocker.query('BEGIN; SELECT * FROM orders');
      const limits = { lockTimeoutMilliseconds: 700, lockPauseMilliseconds: 50, lockAttempts: 2 };
      const failed = await failure(
        run(releaseOf({ ...twoTables, '3.sql': 'CREATE TABLE c ();\nALTER TABLE orders ADD COLUMN x int' }), limits),
      );
      expect(failed.message).to.match(
        /^migration 3\.sql, line 2: canceling statement due to lock timeout \(55P03\); held by process \d+ \(a long report/,
      );
      expect(failed.message).to.include('Not in: 3.sql');
      expect(failed.hint).to.equal('deploy 2.0.0 again: it begins at the first that is not in');
      expect(await tables()).not.to.include('c');
    });

    it('stops waiting when it is interrupted', async () => {
      await run(releaseOf(twoTables));
      const blocker = await server.client('app');
      await blocker.query('BEGIN; SELECT * FROM orders');
      const listening = work();
      const waiting = failure(
        run(
          releaseOf({ ...twoTables, '3.sql': 'DROP TABLE orders' }),
          { lockTimeoutMilliseconds: 50, lockPauseMilliseconds: 60_000 },
          listening,
        ),
      );
      await until(() => Promise.resolve(listening.said.some((line) => line.startsWith('try 1'))));
      const reason = new Error('Ctrl-C');
      listening.abort(reason);
      expect(await waiting).to.equal(reason);
    });
  });

  describe('fault 18: a migration that keeps others waiting', () => {
    it('is stopped by itself once somebody has waited for too long, and leaves nothing of the file', async () => {
      await run(releaseOf(twoTables));
      const listening = work();
      const slow = 'ALTER TABLE orders ADD COLUMN x int;\nSELECT pg_sleep(60)';
      const stopped = failure(
        run(releaseOf({ ...twoTables, '3.sql': slow }), { blockAtMostMilliseconds: 800 }, listening),
      );
      await until(async () => {
        const { rows } = await server.query(
          'owner',
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'",
        );
        return rows[0]?.['n'] === 1;
      });
      const users = await server.client('app', 'a user');
      const began = performance.now();
      await users.query('SELECT count(*) FROM orders');
      expect(performance.now() - began).to.be.within(700, 8_000);
      const failed = await stopped;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.match(
        /^migration 3\.sql, line 2: stopped by itself: 1 session \(a user\) waited for it, the longest for [\d.]+ s; at most 0\.8 s are allowed\. In: .* Not in: 3\.sql$/,
      );
      expect(failed.hint).to.match(/^deploy 2\.0\.0 again when fewer use the table/);
      expect(listening.said.join('\n')).to.contain('stopping it: 1 session');
      expect((await server.query('owner', 'SELECT * FROM orders')).fields.map(({ name }) => name)).to.deep.equal([
        'id',
      ]);
    });

    it('is stopped also where it swallows what stops it', async () => {
      await run(releaseOf(twoTables));
      const tough = `ALTER TABLE orders ADD COLUMN x int;
        DO $$ BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(60); END $$`;
      const stopped = failure(run(releaseOf({ ...twoTables, '3.sql': tough }), { blockAtMostMilliseconds: 300 }));
      await until(async () => {
        const { rows } = await server.query(
          'owner',
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '%PERFORM pg_sleep%' AND pid <> pg_backend_pid()",
        );
        return rows[0]?.['n'] === 1;
      });
      const users = await server.client('app', 'a user');
      await users.query('SELECT count(*) FROM orders');
      expect((await stopped).message).to.match(/^migration 3\.sql, line 2: stopped by itself: /);
    });

    it('is said to be unwatched while nobody can look, and looked at again', async () => {
      await run(releaseOf(twoTables));
      const listening = work();
      const slow = { ...twoTables, '3.sql': 'ALTER TABLE orders ADD COLUMN x int;\nSELECT pg_sleep(60)' };
      const stopped = failure(run(releaseOf(slow), { blockAtMostMilliseconds: 500 }, listening));
      const ended = () =>
        server.query(
          'superuser',
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crossfade watch'",
        );
      await until(async () => (await ended()).rowCount === 1);
      await until(() => Promise.resolve(listening.said.some((line) => line.startsWith('nobody sees whom it keeps'))));
      const users = await server.client('app', 'a user');
      await users.query('SELECT count(*) FROM orders');
      expect((await stopped).message).to.match(/line 2: stopped by itself: 1 session \(a user\) waited for it/);
    });

    it('is left alone while nobody waits, however long it takes', async () => {
      await run(releaseOf(twoTables));
      const long = { ...twoTables, '3.sql': 'ALTER TABLE orders ADD COLUMN x int;\nSELECT pg_sleep(1.5)' };
      expect(await run(releaseOf(long), { blockAtMostMilliseconds: 100 })).to.deep.include({ applied: ['3.sql'] });
    });
  });

  it('ends a statement after its time, with nothing of the file in', async () => {
    const slow = { '1.sql': 'CREATE TABLE a ();\nSELECT pg_sleep(60)' };
    const outside = { '1.sql': '-- crossfade: no-transaction\nSELECT pg_sleep(60)' };
    for (const [files, line] of [
      [slow, 2],
      [outside, 2],
    ] as const) {
      const failed = await failure(run(releaseOf(files), { statementTimeoutMilliseconds: 200 }));
      expect(failed.message).to.match(
        new RegExp(`^migration 1\\.sql, line ${line}: canceling statement due to statement timeout \\(57014\\)`),
      );
      await server.query('owner', 'DROP TABLE crossfade_migrations');
    }
    expect(await tables()).to.deep.equal([]);
  });

  it('says how far an index has come, by the server’s own word', async () => {
    await run(releaseOf(twoTables));
    await server.query('owner', 'INSERT INTO orders SELECT generate_series(2, 300000)');
    const holder = await server.client('app', 'a long report');
    await holder.query('BEGIN; INSERT INTO orders VALUES (-1)');
    const listening = work();
    const building = run(
      releaseOf({
        ...twoTables,
        '3.sql': '-- crossfade: no-transaction\nCREATE INDEX CONCURRENTLY orders_again ON orders (id)',
      }),
      {},
      listening,
    );
    await until(() => Promise.resolve(listening.said.some((line) => line.startsWith('building an index of orders: '))));
    await holder.query('COMMIT');
    expect(await building).to.deep.include({ applied: ['3.sql'] });
  });

  describe('fault 19: a migration that is cut', () => {
    it('killed in a file: that file is wholly out, and resuming begins with it', async () => {
      const files = { ...twoTables, '3.sql': 'CREATE TABLE c ();\nSELECT pg_sleep(30)', '4.sql': 'CREATE TABLE d ()' };
      const cut = failure(run(releaseOf(files)));
      await killBackend();
      const failed = await cut;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.match(
        /^migration 3\.sql, line 2: terminating connection due to administrator command \(57P01\)/,
      );
      expect(failed.message).to.include('In: 0001_orders.sql, 0002_lines.sql. Not in: 3.sql, 4.sql');
      expect(failed.hint).to.equal('deploy 2.0.0 again: it begins at the first that is not in');
      expect(await tables()).not.to.include('c');
      const shortened = { ...files, '3.sql': 'CREATE TABLE c ()' };
      expect(await run(releaseOf(shortened))).to.deep.include({
        applied: ['3.sql', '4.sql'],
        // By the same run, before it was killed: told, since no earlier evidence of it came into the journal.
        appliedEarlier: ['0001_orders.sql', '0002_lines.sql'],
        alreadyIn: 2,
      });
    });

    it('the server stopped under it: says so when it comes back, and resuming works', async () => {
      const files = { ...twoTables, '3.sql': 'CREATE TABLE c ();\nSELECT pg_sleep(30)' };
      const cut = failure(run(releaseOf(files)));
      await sleeping();
      await stopServer({ directory: server.directory });
      await server.restart();
      const failed = await cut;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.include('In: 0001_orders.sql, 0002_lines.sql. Not in: 3.sql');
      expect(await run(releaseOf({ ...twoTables, '3.sql': 'CREATE TABLE c ()' }))).to.deep.include({
        applied: ['3.sql'],
      });
    });

    it('the server killed under it and gone: says that the state could not be read', async () => {
      await run(releaseOf(twoTables));
      const cut = failure(
        run(releaseOf({ ...twoTables, '3.sql': 'SELECT pg_sleep(30)' }), { readStateWithinMilliseconds: 300 }),
      );
      await sleeping();
      await killPostmaster((await readServerRecord(server.directory))!.data);
      const failed = await cut;
      await server.restart();
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.include('The database does not answer').and.to.include('wholly in or wholly out');
      expect(failed.hint).to.equal('deploy 2.0.0 again: it begins at the first that is not in');
    });

    it('outside a transaction: tells the statements that are in and the invalid index, and goes on at the one that was cut', async () => {
      await run(releaseOf(twoTables));
      const blocker = await server.client('app');
      await blocker.query('BEGIN; INSERT INTO orders VALUES (99)');
      const sql =
        '-- crossfade: no-transaction\nALTER TABLE lines ADD COLUMN x int;\nCREATE INDEX CONCURRENTLY orders_id ON orders (id);\nALTER TABLE lines ADD COLUMN y int;';
      const files = { ...twoTables, '3.sql': sql };
      const cut = failure(run(releaseOf(files)));
      await until(
        async () => (await server.query('owner', "SELECT 1 FROM pg_class WHERE relname = 'orders_id'")).rowCount === 1,
      );
      await killBackend('CREATE INDEX CONCURRENTLY%');
      const failed = await cut;
      await blocker.query('ROLLBACK');
      expect(failed.message).to.match(/^migration 3\.sql, line 3: terminating connection/);
      expect(failed.message).to.include(
        'Half in: 3.sql (1 of 3 statements; the one at line 3 was begun). Not in: nothing. Invalid indexes left behind: public.orders_id',
      );
      expect(failed.hint).to.equal('DROP INDEX CONCURRENTLY public.orders_id; then deploy 2.0.0 again');

      // What the hint says, typed.
      await server.query('owner', 'DROP INDEX CONCURRENTLY public.orders_id');
      expect(await run(releaseOf(files))).to.deep.include({ applied: ['3.sql'] });
      expect(await columns('lines')).to.deep.equal(['id', 'x', 'y']);
    });

    it('outside a transaction and done before it could be noted: tells how to say so', async () => {
      const sql = '-- crossfade: no-transaction\nCREATE TABLE c ();\nCREATE TABLE d ();';
      await run(releaseOf(twoTables));
      await server.query(
        'owner',
        `CREATE TABLE c (); INSERT INTO crossfade_migrations (id, checksum, release, run, milliseconds, begun, finished) VALUES ('3.sql', '${digestOf(sql)}', '2.0.0', 'run-0', 0, 1, 0)`,
      );
      const failed = await failure(run(releaseOf({ ...twoTables, '3.sql': sql })));
      expect(failed.message).to.match(/^migration 3\.sql, line 2: relation "c" already exists/);
      const command = /UPDATE .*?;/.exec(failed.hint ?? '')?.[0];
      expect(command).to.equal("UPDATE public.crossfade_migrations SET finished = 1 WHERE id = '3.sql';");
      await server.query('owner', command!);
      expect(await run(releaseOf({ ...twoTables, '3.sql': sql }))).to.deep.include({ applied: ['3.sql'] });
    });

    it('does not take an invalid index for one that is there', async () => {
      await run(releaseOf({ '1.sql': 'CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (1)' }));
      const unique = (condition: string) =>
        `-- crossfade: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY ${condition} once ON orders (id)`;
      const files = {
        '1.sql': 'CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (1)',
        '2.sql': unique('IF NOT EXISTS'),
      };
      const first = await failure(run(releaseOf(files)));
      expect(first.message)
        .to.include('could not create unique index "once"')
        .and.to.include('Invalid indexes left behind: public.once');
      const second = await failure(run(releaseOf(files)));
      expect(second.message).to.match(
        /^migration 2\.sql, line 2: the index public\.once is invalid\. .*Half in: 2\.sql \(0 of 1 statements/,
      );
    });
  });

  describe('two migrators', () => {
    it('run one after the other: the second finds all in', async () => {
      const files = { '1.sql': 'SELECT pg_sleep(0.7); CREATE TABLE a ()' };
      const listening = work();
      const both = await Promise.all([run(releaseOf(files)), run(releaseOf(files), { run: 'run-2' }, listening)]);
      expect(both.map((evidence) => evidence['alreadyIn']).sort()).to.deep.equal([0, 1]);
    });

    it('the second gives up after its time and names the first', async () => {
      const cut = failure(run(releaseOf({ '1.sql': 'SELECT pg_sleep(30)' })));
      await sleeping();
      const refused = await failure(
        run(releaseOf({ '1.sql': 'CREATE TABLE a ()' }), { run: 'run-2', otherMigrationMilliseconds: 300 }),
      );
      await killBackend();
      await cut;
      expect(refused).to.be.instanceOf(PlatformError);
      expect(refused.message).to.match(
        /another migration .* process \d+ \(crossfade migrate run-1, connected for \d+ s\)/,
      );
      expect(await tables()).not.to.include('a');
    });
  });

  it('shows no password in what it says', async () => {
    const failed = await failure(
      migrate(
        { ...server.address('owner'), password: () => Promise.resolve('s3cret-s3cret') },
        releaseOf(twoTables),
        { run: 'run-1' },
        work(),
      ),
    );
    expect(failed).to.be.instanceOf(PlatformError);
    expect(failed.message).to.include('password authentication failed');
    expect(JSON.stringify([failed.message, failed.hint, failed.stack])).not.to.include('s3cret-s3cret');
  });

  function run(release: Release, options: Partial<MigrateOptions> = {}, listening: Listening = work()) {
    return migrate(server.address('owner'), release, { run: 'run-1', ...options }, listening);
  }

  async function tables(): Promise<unknown[]> {
    const { rows } = await server.query(
      'superuser',
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    return rows.map((row) => row['tablename']);
  }

  async function columns(table: string): Promise<unknown[]> {
    const { rows } = await server.query(
      'owner',
      'SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position',
      [table],
    );
    return rows.map((row) => row['column_name']);
  }

  async function sleeping(query = 'SELECT pg_sleep(30)%'): Promise<number> {
    let pid: unknown;
    await until(async () => {
      const { rows } = await server.query(
        'superuser',
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'crossfade migrate%' AND state = 'active' AND query LIKE $1",
        [query],
      );
      pid = rows[0]?.['pid'];
      return pid !== undefined;
    });
    return Number(pid);
  }

  async function killBackend(query?: string): Promise<void> {
    await server.query('superuser', 'SELECT pg_terminate_backend($1)', [await sleeping(query)]);
  }
});
