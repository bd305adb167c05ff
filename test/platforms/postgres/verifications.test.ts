import { expect } from 'chai';
import { checkSchema } from '../../../contract/verification.js';
import { askCheck } from '../../../pipeline/verifications/ask-check.js';
import { PlatformError } from '../../../contract/errors.js';
import { askRows } from '../../../platforms/postgres/ask.js';
import { failure, startEmbedded, until, type Embedded } from './embedded.js';

describe('verification queries on a real PostgreSQL', function () {
  this.timeout(120_000);
  let server: Embedded;

  before(async () => {
    server = await startEmbedded();
    await server.query(
      'owner',
      `CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
       CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL);
       CREATE INDEX orders_customer ON orders (customer);
       CREATE TABLE jobs (id int PRIMARY KEY);
       CREATE SCHEMA "Sales"; CREATE TABLE "Sales"."Lines" (id int);
       INSERT INTO orders SELECT n, n % 10 FROM generate_series(1, 200) n;
       INSERT INTO jobs SELECT generate_series(1, 100);`,
    );
  });
  afterEach(() => server.closeClients());
  after(() => server.stop());

  const ask = (sql: string) => askRows(server.address('reader'), sql);
  const check = (asked: object) => askCheck(checkSchema.parse(asked), ask);

  const answers: [object, 'yes' | 'no' | 'unknown', RegExp][] = [
    [{ kind: 'index-valid', index: 'orders_customer' }, 'yes', /there, and valid/],
    [{ kind: 'index-valid', index: 'orders_day' }, 'no', /there is no index orders_day/],
    [{ kind: 'enum-labels', type: 'mood', labels: ['happy', 'ok', 'sad'] }, 'yes', /exactly/],
    [{ kind: 'enum-labels', type: 'mood', labels: ['ok', 'sad'] }, 'no', /too much happy/],
    [{ kind: 'enum-labels', type: 'moods', labels: ['ok'] }, 'no', /there is no enum moods/],
    [{ kind: 'row-count', table: 'orders', rows: { atLeast: 200, atMost: 200 } }, 'yes', /200 rows in orders/],
    [{ kind: 'row-count', table: 'public.orders', rows: { atLeast: 201 } }, 'no', /expected at least 201/],
    [{ kind: 'row-count', table: 'Sales.Lines', rows: { atMost: 0 } }, 'yes', /0 rows in Sales.Lines/],
    [{ kind: 'row-ratio', of: 'jobs', to: 'orders', ratio: { atLeast: 0.5, atMost: 0.5 } }, 'yes', /0\.5 rows of jobs/],
    [{ kind: 'row-ratio', of: 'jobs', to: 'Sales.Lines', ratio: { atLeast: 0 } }, 'no', /has no rows/],
    [{ kind: 'table-size', table: 'orders', bytes: { atMost: 10_000_000 } }, 'yes', /bytes in orders/],
    [{ kind: 'table-size', table: 'orders', bytes: { atMost: 10 } }, 'no', /expected at most 10/],
    [{ kind: 'table-size', table: 'nothing', bytes: { atMost: 10 } }, 'no', /there is no table/],
    [{ kind: 'connections', atMostPercent: 50 }, 'yes', /of 100 connections/],
    [{ kind: 'connections', atMostPercent: 50, pool: 1 }, 'no', /of 1 connections/],
    [{ kind: 'replication-lag', atMostSeconds: 5 }, 'no', /0 replicas are connected, expected at least 1/],
    [{ kind: 'replication-lag', atMostSeconds: 5, replicas: 0 }, 'yes', /0 replicas/],
    [{ kind: 'slow-queries', meanMilliseconds: 100 }, 'unknown', /pg_stat_statements is not there/],
    [{ kind: 'slow-queries', meanMilliseconds: 100, ifThere: true }, 'yes', /not looked at/],
  ];
  for (const [asked, answer, because] of answers) {
    it(`${answer}: ${JSON.stringify(asked)}`, async () => {
      const verdict = await check(asked);
      expect(verdict.because).to.match(because);
      expect(verdict.answer).to.equal(answer);
    });
  }

  it('finds an index that a cut CREATE INDEX CONCURRENTLY has left', async () => {
    await failure(server.query('owner', 'CREATE UNIQUE INDEX CONCURRENTLY orders_once ON orders (customer)'));
    const verdict = await check({ kind: 'index-valid', index: 'orders_once' });
    expect(verdict).to.include({ answer: 'no' });
    expect(verdict.because).to.contain('orders_once is invalid');
  });

  it('counts the use of an index', async () => {
    const used = { kind: 'index-use', index: 'orders_pkey', scans: { atLeast: 1 } };
    await server.query('app', 'SET enable_seqscan = off; SELECT * FROM orders WHERE id = 7');
    await until(async () => (await check(used)).answer === 'yes');
    expect((await check({ ...used, scans: { atMost: 0 } })).answer).to.equal('no');
  });

  it('gives every row, each value as PostgreSQL writes it', async () => {
    expect(await ask('SELECT id, id > 1, NULL FROM jobs ORDER BY id LIMIT 2')).to.deep.equal([
      ['1', 'f', null],
      ['2', 't', null],
    ]);
  });

  const writes: [string, string, RegExp][] = [
    ['a write', 'INSERT INTO jobs VALUES (1000)', /denied|read-only/],
    [
      'a write hidden in a question',
      'WITH gone AS (DELETE FROM jobs RETURNING id) SELECT count(*) FROM gone',
      /denied|read-only/,
    ],
    ['a second statement', 'SELECT 1; DROP TABLE jobs', /cannot insert multiple commands/],
    ['the end of its transaction before something else', 'COMMIT; DELETE FROM jobs', /cannot insert multiple commands/],
    ['a sequence that moves', "SELECT nextval('seq')", /denied|read-only|does not exist/],
    ['a file of the server', "COPY jobs TO '/tmp/crossfade-stolen'", /denied|permission|must be/],
  ];
  for (const [what, sql, because] of writes) {
    it(`is not ${what}`, async () => {
      const refused = await failure(ask(sql));
      expect(refused).to.be.instanceOf(PlatformError);
      expect(refused.message).to.match(because);
      expect((await server.query('owner', 'SELECT count(*)::int AS n FROM jobs')).rows).to.deep.equal([{ n: 100 }]);
    });
  }

  it('is over after its time', async () => {
    const late = await failure(
      askRows(server.address('reader'), 'SELECT pg_sleep(30)', { statementTimeoutMilliseconds: 200 }),
    );
    expect(late.message).to.contain('57014');
  });
});
