import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { migrationReviewSchema } from '../../../../contract/migration-review.js';
import type { Release } from '../../../../contract/release.js';
import type { Verdict } from '../../../../contract/verdict.js';
import { postgresUrl } from '../../../../platforms/postgres/address.js';
import { migrate } from '../../../../platforms/postgres/migrate.js';
import { postgresReview } from '../../../../platforms/postgres/review/review-release.js';
import { textReview } from '../../../../platforms/postgres/review/review-text.js';
import { commandLine } from '../../../support/command-line.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { releaseOf, startEmbedded, work, type Embedded } from '../embedded.js';

/** Tables of real sizes: what is refused for a large one only warns for a small one. */
const tables = `
  CREATE TABLE large (id bigint PRIMARY KEY, name varchar(50), price numeric(10, 2), at timestamp(3), known text NOT NULL, maybe text);
  INSERT INTO large SELECT n, repeat('x', 40), n, now(), repeat('y', 40), 'z' FROM generate_series(1, 300000) AS n;
  ALTER TABLE large ADD CONSTRAINT maybe_known CHECK (maybe IS NOT NULL);
  CREATE TABLE small (id bigint PRIMARY KEY, name text);
  INSERT INTO small VALUES (1, 'a');
  CREATE TABLE empty (id bigint);
  CREATE TABLE parts (id bigint, at date) PARTITION BY RANGE (at);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  INSERT INTO parts SELECT n, '2025-05-05' FROM generate_series(1, 700000) AS n;
  ANALYZE;`;

describe('the review of a release on a real database', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let server: Embedded;
  const limits = { longestBlockMilliseconds: 250, liveMigrations: undefined };
  const review = (release: Release): Promise<Verdict> =>
    postgresReview(() => Promise.resolve(server.address('owner'))).review(
      release,
      limits,
      new AbortController().signal,
    );
  const of = async (sql: string) => {
    const { evidence } = await review(releaseOf({ '9.sql': sql }));
    const found = migrationReviewSchema.parse(evidence);
    return { codes: found.findings.map(({ severity, code }) => `${severity} ${code}`), ...found };
  };

  before(async () => {
    server = await startEmbedded();
    await server.query('owner', tables);
  });
  after(() => server.stop());

  const unsafe = [
    'CREATE INDEX ON TABLE_ (id)',
    'ALTER TABLE TABLE_ ADD COLUMN extra uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE TABLE_ ADD CONSTRAINT k CHECK (id > 0)',
    'ALTER TABLE TABLE_ ADD CONSTRAINT k UNIQUE (id)',
    'UPDATE TABLE_ SET id = id',
    'REINDEX TABLE TABLE_',
  ];
  for (const sql of unsafe) {
    it(`refuses ${sql} for a large table, with its size and time, and warns for small and empty ones`, async () => {
      const large = await of(sql.replace('TABLE_', 'large'));
      expect(large).to.include({ answer: 'no' });
      expect(large.findings.find(({ severity }) => severity === 'stop')!.because).to.match(
        /\(300000 rows, \d+ MiB: about [\d.]+ m?s/,
      );
      for (const table of ['small', 'empty'])
        expect(await of(sql.replace('TABLE_', table)), table).to.include({ answer: 'yes' });
    });
  }

  it('adds the partitions of a table up', async () => {
    const { database, answer } = await of('CREATE INDEX ON parts (id)');
    expect(answer).to.equal('no');
    expect(database!.tables).to.have.lengthOf(1);
    expect(database!.tables[0]).to.include({ name: 'parts', rows: 700_000 });
  });

  it('finds the table of an index', async () => {
    expect((await of('REINDEX INDEX large_pkey')).answer).to.equal('no');
    expect((await of('REINDEX INDEX small_pkey')).answer).to.equal('yes');
  });

  it('knows by the types that are there which change of type writes nothing anew', async () => {
    for (const free of [
      'name TYPE varchar(60)',
      'name TYPE text',
      'name TYPE varchar',
      'price TYPE numeric(12, 2)',
      'price TYPE numeric',
      'at TYPE timestamp(5)',
      'at TYPE timestamp',
    ])
      expect((await of(`ALTER TABLE large ALTER COLUMN ${free}`)).codes, free).to.deep.equal([
        'warn may-break-live-slot',
      ]);
    for (const dear of ['name TYPE varchar(20)', 'price TYPE numeric(12, 3)', 'id TYPE int', 'known TYPE int USING 0'])
      expect((await of(`ALTER TABLE large ALTER COLUMN ${dear}`)).codes, dear).to.include('stop changes-type');
  });

  it('writes nothing anew where it says so, and does where it says so', async () => {
    const client = await server.client('owner');
    const file = async () =>
      (await client.query<{ file: string }>("SELECT pg_relation_filenode('large')::text AS file")).rows[0]!.file;
    for (const [change, rewrites] of [
      ['name TYPE varchar(60)', false],
      ['name TYPE text', false],
      ['price TYPE numeric(12, 2)', false],
      ['price TYPE numeric(12, 3)', true],
      ['name TYPE varchar(45)', true],
      ['at TYPE timestamp(5)', false],
      ['at TYPE timestamp', false],
      ['at TYPE timestamp(2)', true],
    ] as const) {
      await client.query('BEGIN');
      const before = await file();
      await client.query(`ALTER TABLE large ALTER COLUMN ${change}`);
      expect((await file()) !== before, change).to.equal(rewrites);
      await client.query('ROLLBACK');
    }
    await server.closeClients();
  });

  it('takes a check that the database has for proof of NOT NULL', async () => {
    expect((await of('ALTER TABLE large ALTER COLUMN maybe SET NOT NULL')).codes).to.deep.equal([]);
    expect((await of('ALTER TABLE large ALTER COLUMN name SET NOT NULL')).codes).to.include('stop contract-in-expand');
  });

  it('says of a table that is not there that it is taken for a large one', async () => {
    expect((await of('CREATE INDEX ON nowhere.t (id)')).codes).to.deep.equal([
      'stop index-blocks-writes',
      'warn unknown-table',
    ]);
  });

  it('reads only what the database does not have yet', async () => {
    const first = releaseOf({ '1.sql': 'CREATE INDEX ON small (name)' });
    const address = server.address('owner');
    await migrate(address, first, { run: 'r1' }, work());
    expect(await review(first)).to.deep.equal({
      answer: 'yes',
      because: 'the database has every migration',
      evidence: {},
    });
    const second = await review(
      releaseOf({ '1.sql': 'CREATE INDEX ON small (name)', '2.sql': 'CREATE INDEX ON large (id)' }),
    );
    expect(second.answer).to.equal('no');
    expect(second.because).to.match(
      /^2\.sql:1 index-blocks-writes: nobody can write to large until the index is built \(/,
    );
    expect(migrationReviewSchema.parse(second.evidence).migrations).to.deep.equal(['2.sql']);
  });

  it('changes nothing, and leaves no lock and no session behind', async () => {
    await of('CREATE INDEX ON large (id); DROP TABLE small CASCADE');
    const { rows } = await server.query(
      'superuser',
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'crossfade review'",
    );
    expect(rows[0]!['count']).to.equal(0);
  });

  it('answers unknown when sizes can not be read, with what can be told without them', async () => {
    const nowhere = { ...server.address('owner'), port: 1 };
    const verdict = await postgresReview(() => Promise.resolve(nowhere)).review(
      releaseOf({ '1.sql': 'CREATE INDEX ON large (id)' }),
      limits,
      new AbortController().signal,
    );
    expect(verdict.answer).to.equal('unknown');
    expect(verdict.because).to.match(/^sizes can't be read: .*doesn't answer/);
    expect(migrationReviewSchema.parse(verdict.evidence).findings).to.have.lengthOf(1);
  });

  it('answers unknown for what it can not read, and no where that is not all', async () => {
    const unclear = { '9.sql': 'DO $$ BEGIN PERFORM 1; END $$' };
    expect(await review(releaseOf({ '0.sql': 'CREATE TABLE t (id bigint)', ...unclear }))).to.include({
      answer: 'unknown',
    });
    expect(await review(releaseOf({ ...unclear, '99.sql': 'DROP TABLE small' }))).to.include({ answer: 'no' });
    expect(await review(releaseOf({ '9.sql': 'SELEKT 1' }))).to.include({ answer: 'no' });
  });

  it('where the database can not be reached, reads what the live release did not bring, and takes tables for large', async () => {
    const files = {
      '1.sql': 'CREATE TABLE t (id bigint); CREATE INDEX ON t (id)',
      '2.sql': 'CREATE INDEX i ON t (id)',
    };
    const told = (liveMigrations: readonly string[] | undefined) =>
      textReview().review(releaseOf(files), { ...limits, liveMigrations }, new AbortController().signal);
    expect(await told(undefined)).to.include({
      answer: 'yes',
      because: '2 reviewed, 0 warnings, every table taken for a large one',
    });
    const second = await told(['1.sql']);
    expect(second.answer).to.equal('no');
    expect(second.because).to.match(/^2\.sql:1 index-blocks-writes: /);
  });

  it('where the database can not be reached, believes no IF NOT EXISTS that the table is a new one, once something is live', async () => {
    for (const made of ['CREATE TABLE IF NOT EXISTS t (id bigint)', 'CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS id']) {
      const release = releaseOf({ '2.sql': `${made}; CREATE INDEX i ON t (id)` });
      const told = (liveMigrations: readonly string[] | undefined) =>
        textReview().review(release, { ...limits, liveMigrations }, new AbortController().signal);
      expect(await told(undefined), made).to.include({ answer: 'yes' });
      expect((await told(['1.sql'])).because, made).to.match(/^2\.sql:1 index-blocks-writes: /);
    }
  });

  it('believes no IF NOT EXISTS of a table that the database has', async () => {
    for (const made of ['CREATE TABLE IF NOT EXISTS large (id bigint)', 'CREATE TABLE IF NOT EXISTS large AS SELECT 1'])
      expect((await of(`${made}; CREATE INDEX ON large (id)`)).codes, made).to.include('stop index-blocks-writes');
    expect((await of('CREATE TABLE IF NOT EXISTS newer (id bigint); CREATE INDEX ON newer (id)')).answer).to.equal(
      'yes',
    );
  });

  it('is what the command says too, of the database that a variable names, and never shows its URL', async () => {
    await writeFile(join(folder.path, 'a.sql'), 'CREATE INDEX ON large (id);\nCREATE INDEX ON small (id);\n');
    process.env['REVIEWED_URL'] = await postgresUrl(server.address('owner'));
    try {
      const words = ['migrations', 'lint', 'a.sql', '--database-url-from', 'REVIEWED_URL'];
      const said = await commandLine(folder.path, ...words);
      expect(said.stdout)
        .to.contain('a.sql:1  index-blocks-writes')
        .and.to.match(/sizes of PostgreSQL \d+\..*large 300000 rows/);
      expect(said.stdout).to.match(/warn {2}a\.sql:2 {2}index-blocks-writes: .*\(1 rows, \d+ KiB: about \d ms\)/);
      expect(said.stdout + said.stderr).not.to.contain(await server.address('owner').password());
    } finally {
      delete process.env['REVIEWED_URL'];
    }
  });
});
