import { expect } from 'chai';
import fc from 'fast-check';
import { digestOf } from '../../../../contract/json.js';
import type { Migration } from '../../../../contract/release.js';
import { describeFinding } from '../../../../platforms/postgres/review/describe-finding.js';
import { reviewMigrations } from '../../../../platforms/postgres/review/review-migrations.js';
import { answerOf, reviewScripts } from '../../../../platforms/postgres/review/review-scripts.js';
import type { RunnerName } from '../../../../platforms/postgres/review/runner.js';

const migration = (sql: string, phase: Migration['phase'] = 'expand', id = '1.sql'): Migration => ({
  id,
  sql,
  phase,
  checksum: digestOf(sql),
});
const outside = '-- crossfade: no-transaction\n';

async function codes(
  sql: string,
  phase: Migration['phase'] = 'expand',
  runner: RunnerName = 'crossfade',
): Promise<string[]> {
  const [review] = await reviewScripts([{ id: '1.sql', sql, phase, runner }]);
  return review!.findings.map(({ code, severity }) => `${severity} ${code}`);
}

/** One that has the finding, and one that does the same without it. */
const rules: Readonly<Record<string, { readonly bad: string; readonly good: string; readonly runner?: RunnerName }>> = {
  'stop syntax-error': { bad: 'ALTER TABLE t ADD COLUM c int', good: 'ALTER TABLE t ADD COLUMN c int' },
  'stop index-blocks-writes': {
    bad: 'CREATE INDEX i ON t (c)',
    good: `${outside}CREATE INDEX CONCURRENTLY i ON t (c)`,
  },
  'note wide-index': {
    bad: `${outside}CREATE INDEX CONCURRENTLY i ON t (a, b, c, d)`,
    good: `${outside}CREATE INDEX CONCURRENTLY i ON t (a, b, c)`,
  },
  'stop needs-no-transaction': {
    bad: 'CREATE INDEX CONCURRENTLY i ON t (c)',
    good: `${outside}CREATE INDEX CONCURRENTLY i ON t (c)`,
  },
  'warn drop-index-locks': { bad: 'DROP INDEX i', good: `${outside}DROP INDEX CONCURRENTLY i` },
  'stop reindex-locks': { bad: 'REINDEX TABLE t', good: `${outside}REINDEX TABLE CONCURRENTLY t` },
  'stop rewrites-table': {
    bad: 'ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid()',
    good: "ALTER TABLE t ADD COLUMN c timestamptz DEFAULT now() + '1 day'::interval",
  },
  'stop required-column': {
    bad: 'ALTER TABLE t ADD COLUMN c int NOT NULL',
    good: 'ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0',
  },
  'stop constraint-validates': {
    bad: 'ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)',
    good: 'ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID',
  },
  'stop unique-builds-index': {
    bad: 'ALTER TABLE t ADD CONSTRAINT k UNIQUE (c)',
    good: 'ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX k',
  },
  'stop exclusion-builds-index': {
    bad: 'ALTER TABLE t ADD CONSTRAINT k EXCLUDE USING gist (c WITH &&)',
    good: 'CREATE TABLE t (c int4range, EXCLUDE USING gist (c WITH &&))',
  },
  'stop not-null-scans': {
    bad: 'ALTER TABLE t ALTER COLUMN c SET NOT NULL',
    good: `${outside}ALTER TABLE t ADD CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k; ALTER TABLE t ALTER COLUMN c SET NOT NULL`,
  },
  'stop changes-type': { bad: 'ALTER TABLE t ALTER COLUMN c TYPE bigint', good: 'ALTER TABLE t ADD COLUMN c2 bigint' },
  'stop renames': { bad: 'ALTER TABLE t RENAME COLUMN a TO b', good: 'ALTER TABLE t ADD COLUMN b int' },
  'stop cascades': { bad: 'DROP TABLE t CASCADE', good: 'DROP TABLE t' },
  'warn detach-locks': {
    bad: 'ALTER TABLE t DETACH PARTITION p',
    good: `${outside}ALTER TABLE t DETACH PARTITION p CONCURRENTLY`,
  },
  'warn attach-scans': { bad: 'ALTER TABLE t ATTACH PARTITION p DEFAULT', good: 'CREATE TABLE p (LIKE t)' },
  'warn partition-locks-parent': {
    bad: 'CREATE TABLE p PARTITION OF t DEFAULT',
    good: 'CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE p PARTITION OF t DEFAULT',
  },
  'warn refresh-locks': { bad: 'REFRESH MATERIALIZED VIEW v', good: 'REFRESH MATERIALIZED VIEW CONCURRENTLY v' },
  'warn locks-by-hand': { bad: 'LOCK TABLE t', good: 'SELECT 1' },
  'stop changes-every-row': { bad: 'UPDATE t SET c = 1', good: 'UPDATE t SET c = 1 WHERE id BETWEEN 1 AND 1000' },
  'stop breaks-live-slot': { bad: 'ALTER TABLE t DROP COLUMN c', good: 'ALTER TABLE t ADD COLUMN d int' },
  'stop contract-in-expand': {
    bad: 'ALTER TABLE t ALTER COLUMN c DROP DEFAULT',
    good: 'ALTER TABLE t ADD COLUMN d int',
  },
  'warn may-break-live-slot': { bad: "ALTER TYPE mood ADD VALUE 'odd'", good: "CREATE TYPE mood AS ENUM ('odd')" },
  'stop lock-held-through': {
    bad: 'ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT k',
    good: `${outside}ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT k`,
  },
  'warn locks-many-tables': {
    bad: 'ALTER TABLE t ADD COLUMN c int; ALTER TABLE u ADD COLUMN c int',
    good: 'ALTER TABLE t ADD COLUMN c int, ADD COLUMN d int',
  },
  'stop ends-transaction': { bad: 'COMMIT', good: 'SAVEPOINT here' },
  'warn transaction-nesting': { bad: 'BEGIN; BEGIN; COMMIT', good: 'BEGIN; SELECT 1; COMMIT', runner: 'alembic' },
  'stop never-commits': { bad: 'BEGIN; SELECT 1', good: 'BEGIN; SELECT 1; COMMIT', runner: 'alembic' },
  'warn no-lock-timeout': {
    bad: 'ALTER TABLE t ADD COLUMN c int',
    good: "SET lock_timeout = '5s'; ALTER TABLE t ADD COLUMN c int",
    runner: 'prisma',
  },
  'warn no-statement-timeout': {
    bad: 'ALTER TABLE t ADD COLUMN c int',
    good: "SET statement_timeout = '5min'; ALTER TABLE t ADD COLUMN c int",
    runner: 'django',
  },
  'note not-repeatable': {
    bad: `${outside}CREATE INDEX CONCURRENTLY i ON t (c)`,
    good: `${outside}DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c)`,
  },
  'stop assigns-twice': { bad: 'UPDATE t SET c = 1, c = 2 WHERE id = 1', good: 'UPDATE t SET c = 1 WHERE id = 1' },
  'note calls-function': { bad: 'SELECT change_all_rows()', good: "SELECT setval('s', 1)" },
  'note enum-order': {
    bad: "ALTER TYPE mood ADD VALUE 'odd'",
    good: "ALTER TYPE mood ADD VALUE 'odd' AFTER 'good'",
  },
  'note domain-constraint': { bad: 'CREATE DOMAIN d AS int CHECK (VALUE > 0)', good: 'CREATE DOMAIN d AS int' },
  'note small-integer': { bad: 'ALTER TABLE t ADD COLUMN c int', good: 'ALTER TABLE t ADD COLUMN c bigint' },
  'stop psql-command': { bad: 'SELECT 1;\n\\i other.sql', good: "SELECT E'\\\\i'" },
  'stop copy-from-stdin': { bad: 'COPY t FROM STDIN;\n1\n\\.\n', good: "COPY t FROM '/file'" },
  'stop byte-order-mark': { bad: '\uFEFFSELECT 1', good: 'SELECT 1' },
  'warn schema-dump': {
    bad: '--\n-- PostgreSQL database dump\n--\nCREATE TABLE t (id bigint);',
    good: 'CREATE TABLE t (id bigint);',
  },
  'warn empty-migration': { bad: '-- later', good: 'SELECT 1' },
  'warn not-understood': { bad: "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$", good: 'SELECT 1' },
  'stop drops-more-than-a-table': { bad: `${outside}DROP DATABASE shop`, good: 'SELECT 1' },
  'warn domain-locks': {
    bad: 'ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0)',
    good: 'CREATE DOMAIN d AS int CHECK (VALUE > 0)',
  },
  'warn name-too-long': {
    bad: `ALTER TABLE t ADD COLUMN ${'c'.repeat(64)} int`,
    good: `ALTER TABLE t ADD COLUMN ${'c'.repeat(62)} int`,
  },
  'note small-key': { bad: 'CREATE TABLE t (id int PRIMARY KEY)', good: 'CREATE TABLE t (id bigint PRIMARY KEY)' },
  'note serial': {
    bad: 'CREATE TABLE t (id bigserial PRIMARY KEY)',
    good: 'CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)',
  },
  'note padded-text': { bad: 'CREATE TABLE t (c char(3))', good: 'CREATE TABLE t (c text)' },
  'note limited-text': { bad: 'CREATE TABLE t (c varchar(30))', good: 'CREATE TABLE t (c varchar)' },
  'note time-without-zone': { bad: 'CREATE TABLE t (c timestamp)', good: 'CREATE TABLE t (c timestamptz)' },
  'note json-text': { bad: 'CREATE TABLE t (c json)', good: 'CREATE TABLE t (c jsonb)' },
  'note money': { bad: 'CREATE TABLE t (c money)', good: 'CREATE TABLE t (c numeric)' },
};

describe('reviewing migrations', () => {
  for (const [finding, { bad, good, runner }] of Object.entries(rules)) {
    it(`${finding}: ${bad.replace(/\s+/g, ' ')}`, async () => {
      expect(await codes(bad, 'expand', runner)).to.include(finding);
      expect(await codes(good, 'expand', runner)).not.to.include(finding);
    });
  }

  it('tells file, line, reason and the safer way', async () => {
    const [review] = await reviewMigrations([
      migration(
        '-- é\nSELECT 1;\n\n/* why */ ALTER TABLE shop.t\n  ADD COLUMN a bigint,\n  ADD COLUMN b int NOT NULL;',
      ),
    ]);
    const [finding] = review!.findings;
    expect(describeFinding(finding!)).to.equal(
      "1.sql:6 required-column: it fails where the table has a row, and the live slot's INSERTs give shop.t.b no value. " +
        'Safer: give it a constant DEFAULT, or add it nullable and require it in a later release',
    );
  });

  it('tells the line of SQL that does not parse', async () => {
    const [review] = await reviewMigrations([
      migration('CREATE TABLE t (id bigint);\n-- é\nCREATE TABLE u (\n  name tekst kaput\n);'),
    ]);
    expect(review!.findings[0]).to.include({
      code: 'syntax-error',
      line: 4,
      because: 'syntax error at or near "kaput"',
    });
  });

  it('lets a contract migration take away what it says', async () => {
    expect(await codes('ALTER TABLE t DROP COLUMN c', 'contract')).to.deep.equal([]);
    expect(await codes('DROP TABLE t', 'contract')).to.deep.equal([]);
  });

  it('asks nothing of tables that are made in the same run, in whatever file', async () => {
    const [, second] = await reviewMigrations([
      migration(
        'CREATE INDEX i ON t (c); ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0); UPDATE t SET c = 1',
        'expand',
        '2.sql',
      ),
      migration('CREATE TABLE t (c int)', 'expand', '1.sql'),
    ]);
    expect(second!.id).to.equal('2.sql');
    expect(second!.findings).to.deep.equal([]);
  });

  it('takes public.t and t for one table, and a table that was dropped and made again for a fresh one only then', async () => {
    expect(await codes('CREATE TABLE public.t (c text); CREATE INDEX i ON t (c)')).to.deep.equal([]);
    const [review] = await reviewMigrations([
      migration('DROP TABLE t; CREATE TABLE t (c text); CREATE INDEX i ON t (c)'),
    ]);
    expect(review!.findings.map(({ code }) => code)).to.deep.equal(['breaks-live-slot']);
  });

  it('asks of everything that a statement takes for itself whether it is fresh', async () => {
    expect(await codes('CREATE TABLE t (c text); DROP TABLE t, u')).to.include('stop breaks-live-slot');
    expect(await codes('CREATE TABLE t (c text); DROP TABLE t')).to.deep.equal([]);
    expect(
      await codes('CREATE TABLE t (c bigint); ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES u'),
    ).to.deep.equal([]);
  });

  it('takes a check that was validated in an earlier file for proof of NOT NULL', async () => {
    const files = [
      'ALTER TABLE t ADD CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID',
      'ALTER TABLE t VALIDATE CONSTRAINT k',
      'ALTER TABLE t ALTER COLUMN c SET NOT NULL',
    ];
    const ids = ['1.sql', '2.sql', '3.sql'];
    const reviews = await reviewMigrations(files.map((sql, index) => migration(sql, 'expand', ids[index])));
    expect(reviews[2]!.findings).to.deep.equal([]);
    const unproven = await reviewMigrations([
      migration(files[0]!, 'expand', '1.sql'),
      migration(files[2]!, 'expand', '3.sql'),
    ]);
    expect(unproven[1]!.findings.map(({ code }) => code)).to.include('not-null-scans');
  });

  it('says plainly when nothing takes it back', async () => {
    const [review] = await reviewMigrations([migration("ALTER TYPE mood ADD VALUE 'odd'")]);
    expect(review!.acts[0]!.reverse).to.deep.equal({ none: 'PostgreSQL can not drop a value of an enum' });
  });

  it('answers no when anything stops, unknown when nobody can tell, and yes with warnings', async () => {
    const answer = async (sql: string) => answerOf(await reviewMigrations([migration(sql)]));
    expect(await answer('DROP TABLE t')).to.equal('no');
    expect(await answer('DROP INDEX i')).to.equal('yes');
    expect(await answer('DO $$ BEGIN PERFORM 1; END $$')).to.equal('unknown');
    expect(await answer('DROP TABLE t; DO $$ BEGIN PERFORM 1; END $$')).to.equal('no');
  });

  it('has something to say about whatever it is given, and never throws', async () => {
    const word = fc.constantFrom(
      'ALTER',
      'TABLE',
      't',
      'ADD',
      'COLUMN',
      'c',
      'int',
      ',',
      ';',
      '(',
      ')',
      'DROP',
      'CREATE',
      'INDEX',
      'ON',
      "'x'",
      '$$',
      'é',
      'NOT',
      'NULL',
      'SELECT',
      '1',
      '--',
      '\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
        const [review] = await reviewMigrations([migration(words.join(' '))]);
        const lines = words.join(' ').split('\n').length;
        for (const { line, because, safer } of review!.findings) {
          expect(line).to.be.within(1, lines);
          expect(because.length * safer.length).to.be.above(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
