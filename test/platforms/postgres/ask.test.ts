import { expect } from 'chai';
import { serverVersion } from '../../support/server-version.js';
import { PlatformError } from '../../../contract/errors.js';
import { ask, reachable } from '../../../platforms/postgres/ask.js';
import { warmTables } from '../../../platforms/postgres/warm-tables.js';
import { failure, startEmbedded, type Embedded } from './embedded.js';

describe('asking a PostgreSQL database', function () {
  this.timeout(120_000);
  let server: Embedded;

  before(async () => {
    server = await startEmbedded();
    await server.query(
      'owner',
      'CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2); CREATE SEQUENCE numbers',
    );
  });
  after(() => server.stop());

  const reader = () => server.address('reader');

  it('gives the first column of the first row as text', async () => {
    expect(await ask(reader(), 'SELECT count(*), 7 FROM orders')).to.equal('2');
    expect(await ask(reader(), 'SELECT id > 1 FROM orders ORDER BY id')).to.equal('f');
    expect(await ask(reader(), "SELECT '2026-01-02 03:04:05+00'::timestamptz")).to.equal('2026-01-02 03:04:05+00');
    expect(await ask(reader(), 'SHOW server_encoding')).to.equal('UTF8');
  });

  it('gives null for a null and for no row', async () => {
    expect(await ask(reader(), 'SELECT NULL')).to.equal(null);
    expect(await ask(reader(), 'SELECT id FROM orders WHERE false')).to.equal(null);
  });

  for (const [what, sql] of Object.entries({
    'a write': 'DELETE FROM orders RETURNING 1',
    'a write behind a read': 'WITH gone AS (DELETE FROM orders RETURNING 1) SELECT count(*) FROM gone',
    'a table': 'CREATE TABLE mine ()',
    'a sequence': "SELECT nextval('numbers')",
    'two statements': 'COMMIT; DELETE FROM orders',
    'statements that lift the limits': 'COMMIT; SET default_transaction_read_only = off; COMMIT; DELETE FROM orders',
    'a write after a limit was lifted': "SELECT set_config('transaction_read_only', 'off', true), nextval('numbers')",
    nonsense: 'SELEKT 1',
  })) {
    it(`refuses ${what}, whoever asks`, async () => {
      for (const role of ['reader', 'owner', 'superuser'] as const) {
        expect(await failure(ask(server.address(role), sql)), role).to.be.instanceOf(PlatformError);
      }
      expect(await ask(reader(), 'SELECT count(*) FROM orders')).to.equal('2');
    });
  }

  it('gives a question half a minute where nobody says otherwise', async () => {
    expect(await ask(reader(), 'SHOW statement_timeout')).to.equal('30s');
  });

  it('ends a question that takes too long', async () => {
    const failed = await failure(ask(reader(), 'SELECT pg_sleep(20)', { statementTimeoutMilliseconds: 100 }));
    expect(failed.message).to.include('statement timeout (57014)');
  });

  it('ends a question when it is interrupted, with the reason', async () => {
    const reason = new Error('Ctrl-C');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 150);
    expect(await failure(ask(reader(), 'SELECT pg_sleep(20)', { signal: controller.signal }))).to.equal(reason);
  });

  it('says whether the server answers, and why not', async () => {
    expect(await reachable(reader())).to.deep.include({
      answer: 'yes',
      because: `PostgreSQL ${serverVersion} answers`,
    });
    expect((await reachable({ ...reader(), password: () => Promise.resolve('wrong') })).because).to.include(
      'password authentication failed',
    );
    const nowhere = await reachable({ ...reader(), port: 1 });
    expect(nowhere.answer).to.equal('no');
    expect(nowhere.because).to.include('ECONNREFUSED');
  });

  it('says no in time when a server takes the connection and keeps silent', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const began = performance.now();
    expect((await reachable({ ...reader(), port }, 300)).answer).to.equal('no');
    expect(performance.now() - began).to.be.below(3_000);
    silent.close();
  });

  describe('reading its tables whole', () => {
    const never = new AbortController().signal;
    const warm = (withinMilliseconds: number, signal = never) =>
      warmTables(server.address('owner'), { withinMilliseconds, signal });
    // Each row of one of them takes five seconds.
    before(() =>
      server.query(
        'owner',
        `CREATE SCHEMA "odd one"; CREATE TABLE "odd one"."a ""b""" (id int);
         CREATE TABLE large AS SELECT generate_series(1, 20000) AS id`,
      ),
    );
    const slow = `CREATE TABLE slow AS SELECT 1 AS id; ALTER TABLE slow ENABLE ROW LEVEL SECURITY;
      ALTER TABLE slow FORCE ROW LEVEL SECURITY; CREATE POLICY slowly ON slow USING (pg_sleep(5) IS NOT NULL)`;

    it('reads each, whatever it is called, and says how much', async () => {
      const { rows } = await server.query('owner', "SELECT pg_relation_size('large') AS bytes");
      const warmed = await warm(60_000);
      expect(warmed).to.include({ tables: 3, of: 3 });
      expect(warmed.bytes).to.be.at.least(Number(rows[0]?.['bytes']));
    });

    it('ends with its time, the larger ones unread', async () => {
      await server.query('owner', slow);
      expect(await warm(300)).to.deep.equal({ tables: 2, of: 4, bytes: 8_192 });
      expect(await warm(0)).to.include({ tables: 0, of: 4 });
    });

    it('ends at once with the reason of whoever aborts it', async () => {
      const turn = new AbortController();
      const reason = new Error('interrupted');
      setTimeout(() => turn.abort(reason), 100);
      expect(await failure(warm(60_000, turn.signal))).to.equal(reason);
    });
  });
});
