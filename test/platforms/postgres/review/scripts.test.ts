import { expect } from 'chai';
import { answerOf, reviewScripts } from '../../../../platforms/postgres/review/review-scripts.js';
import {
  isDownwards,
  runnerOfFile,
  scriptOf,
  type SourceFile,
} from '../../../../platforms/postgres/review/read-format.js';

const index = 'CREATE INDEX CONCURRENTLY i ON t (c);';

async function stops(source: SourceFile): Promise<string[]> {
  const [review] = await reviewScripts([scriptOf(source, runnerOfFile(source))]);
  return review!.findings.filter(({ severity }) => severity === 'stop').map(({ line, code }) => `${line} ${code}`);
}

async function transactions(source: SourceFile): Promise<(number | undefined)[]> {
  const [review] = await reviewScripts([scriptOf(source, runnerOfFile(source))]);
  return review!.acts.map(({ transaction }) => transaction);
}

describe('migrations of other tools', () => {
  it('are told by their names and by what only one tool writes', () => {
    const runners = [
      runnerOfFile({ path: 'prisma/migrations/2025_add/migration.sql', text: '' }),
      runnerOfFile({ path: 'db/V2.1__add.sql', text: '' }),
      runnerOfFile({ path: 'db/R__view.sql', text: '' }),
      runnerOfFile({ path: 'migrations/12_add.up.sql', text: '' }),
      runnerOfFile({ path: 'migrations/12_add.sql', text: '-- Up Migration\nSELECT 1' }),
      runnerOfFile({ path: '(stdin)', text: "UPDATE alembic_version SET version_num='b' WHERE version_num = 'a'" }),
      runnerOfFile({ path: '(stdin)', text: 'BEGIN;\n--\n-- Add field note to order\n--\nSELECT 1;\nCOMMIT;' }),
      runnerOfFile({ path: 'a.sql', text: 'INSERT INTO "schema_migrations" (version) VALUES (\'2025\')' }),
      runnerOfFile({ path: 'development.log', text: '  TRANSACTION (0.1ms)  BEGIN\n' }),
      runnerOfFile({ path: 'sql/001_add.sql', text: 'SELECT 1' }),
    ];
    expect(runners.join(' ')).to.equal('prisma flyway flyway node node alembic django rails rails crossfade');
    expect(['a.down.sql', 'db/U2__add.sql', 'a.up.sql'].map(isDownwards)).to.deep.equal([true, true, false]);
  });

  it('Prisma: one statement runs alone, more of them in a transaction that PostgreSQL makes', async () => {
    const path = 'm/1_add/migration.sql';
    expect(await stops({ path, text: index })).to.deep.equal([]);
    expect(await stops({ path, text: `SET lock_timeout = '5s';\n${index}` })).to.deep.equal(['2 needs-no-transaction']);
    expect(await transactions({ path, text: 'SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3' })).to.deep.equal([
      0, 1, 1, 1, 2,
    ]);
  });

  it('Alembic: what --sql writes is the transaction, and its log is no SQL', async () => {
    const text = `INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.
BEGIN;
-- Running upgrade a -> b
ALTER TABLE t ADD COLUMN c int;
UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a';
COMMIT;
${index}
BEGIN;
COMMIT;
`;
    expect(await transactions({ path: '(stdin)', text })).to.deep.equal([1, 1, 1, 1, undefined, 3, 3]);
    expect(await stops({ path: '(stdin)', text })).to.deep.equal([]);
    const within = text.replace('COMMIT;\n', '').replace('BEGIN;\nCOMMIT;\n', 'COMMIT;\n');
    expect(await stops({ path: '(stdin)', text: within })).to.deep.equal([
      '6 needs-no-transaction',
      '6 lock-held-through',
    ]);
  });

  it('Django: atomic migrations bring their BEGIN, those with atomic = False none', async () => {
    const operation = '--\n-- Add index\n--\n';
    expect(await stops({ path: 'a.sql', text: `BEGIN;\n${operation}${index}\nCOMMIT;` })).to.deep.equal([
      '5 needs-no-transaction',
    ]);
    expect(await stops({ path: 'a.sql', text: `${operation}${index}` })).to.deep.equal([]);
  });

  it('Rails: a transaction unless the log shows none, or the file says so', async () => {
    const version = 'INSERT INTO "schema_migrations" (version) VALUES (\'2025\');';
    expect(await stops({ path: 'a.sql', text: `${index}\n${version}` })).to.deep.equal(['1 needs-no-transaction']);
    const alone = `-- crossfade: no-transaction\n${index}\n${version}`;
    expect(await stops({ path: 'a.sql', text: alone })).to.deep.equal([]);
    const log = `  \u001b[1m\u001b[35mTRANSACTION (0.1ms)\u001b[0m  \u001b[1m\u001b[35mBEGIN\u001b[0m
   (1.2ms)  ALTER TABLE "t" DROP COLUMN "c"
  ActiveRecord::SchemaMigration Create (0.3ms)  INSERT INTO "schema_migrations" ("version") VALUES ($1)  [["version", "2025"]]
  TRANSACTION (0.4ms)  COMMIT
Migrating to AddIndex
   (9.1ms)  ${index}`;
    expect(await stops({ path: 'development.log', text: log })).to.deep.equal(['2 breaks-live-slot']);
    expect(await transactions({ path: 'development.log', text: log })).to.deep.equal([1, 1, 1, 1, undefined]);
  });

  it('node-pg-migrate: only the way up is read, with its own lines', async () => {
    const text = '-- Up Migration\nALTER TABLE t ADD COLUMN c int;\nDROP TABLE u;\n-- Down Migration\nDROP TABLE t;';
    expect(await stops({ path: '1_a.sql', text })).to.deep.equal(['3 breaks-live-slot']);
    const turned = '-- Down Migration\nDROP TABLE t;\n-- Up Migration\nDROP TABLE u;';
    expect(await stops({ path: '1_a.sql', text: turned })).to.deep.equal(['4 breaks-live-slot']);
  });

  it('node-pg-migrate and knex: one transaction around a file', async () => {
    const text = `-- Up Migration\n${index}`;
    expect(await stops({ path: '1_a.sql', text })).to.deep.equal(['2 needs-no-transaction']);
    expect(await transactions({ path: '1_a.up.sql', text: 'SELECT 1; SELECT 2' })).to.deep.equal([0, 0]);
  });

  it('Flyway: no transaction where no statement allows one, and no mixture', async () => {
    expect(await stops({ path: 'V1__a.sql', text: `${index}\nVACUUM t;` })).to.deep.equal([]);
    expect(await stops({ path: 'V1__a.sql', text: `SELECT 1;\n${index}` })).to.deep.equal(['2 needs-no-transaction']);
  });
});

describe('SQL that nobody should have written', () => {
  const review = async (sql: string) => {
    const [read] = await reviewScripts([{ id: 'a.sql', sql, phase: 'expand', runner: 'crossfade' }]);
    const [first] = read!.findings;
    return { answer: answerOf([read!]), code: first?.code, line: first?.line, column: first?.column, read };
  };

  it('names file, line and column of what does not parse, counting characters', async () => {
    expect(await review("SELECT 1;\n  SELECT 'é😀' kaput kaput FROM t")).to.include({
      answer: 'no',
      code: 'syntax-error',
      line: 2,
      column: 21,
    });
  });

  it('does not stop reading at a NUL byte and call the rest fine', async () => {
    expect(await review('SELECT 1;\n\0DROP TABLE t')).to.include({ answer: 'no', line: 2, column: 1 });
  });

  it('answers unknown for what is too large to read, in no time', async () => {
    const began = performance.now();
    const huge = await review(`SELECT '${'x'.repeat(9 * 1024 * 1024)}'`);
    expect(huge).to.include({ answer: 'unknown', code: 'unreadable' });
    expect(performance.now() - began).to.be.below(5_000);
  });

  it('reads ten thousand statements', async () => {
    const sql = Array.from({ length: 10_000 }, (_, row) => `INSERT INTO t VALUES (${row});`).join('\n');
    const { read, answer } = await review(sql);
    expect(answer).to.equal('yes');
    expect(read!.acts.at(-1)!.line).to.equal(10_000);
  });

  it('says where a psql command or the rows of a COPY stand', async () => {
    expect(await review('SELECT 1;\n  \\i other.sql\n')).to.include({ code: 'psql-command', line: 2 });
    expect(await review('\\copy t FROM stdin')).to.include({ code: 'psql-command', line: 1 });
    expect(await review('SELECT 1;\nCOPY t (id) FROM STDIN;\n1\n\\.\n')).to.include({
      answer: 'no',
      code: 'copy-from-stdin',
      line: 2,
    });
  });

  it('takes a backslash or a semicolon in quotes for what it is', async () => {
    const sql = "INSERT INTO t VALUES ('\n\\i other.sql; COPY u FROM STDIN;', $x$\n\\copy $x$, $$;$$);";
    const { read } = await review(sql);
    expect(read!.acts.map(({ what }) => what)).to.deep.equal(['INSERT INTO t']);
    expect(read!.findings).to.deep.equal([]);
  });

  it('says that it did not read a body of PL/pgSQL', async () => {
    for (const sql of ['DO $$ BEGIN DROP TABLE t; END $$', 'CALL change_everything()']) {
      const { answer, read } = await review(sql);
      expect(answer, sql).to.equal('unknown');
      expect(read!.findings[0]!.because, sql).to.contain('is not read');
    }
  });

  it("refuses another tool's output that is no SQL", async () => {
    for (const text of ['Traceback (most recent call last):\n', 'No migrations to apply.', '{"up": []}']) {
      expect(await review(text)).to.include({ answer: 'no', code: 'syntax-error', line: 1, column: 1 });
    }
  });

  it('has no opinion on a file without a statement, and says so', async () => {
    for (const sql of ['', '-- nothing yet\n', ';;\n'])
      expect(await review(sql)).to.include({ answer: 'yes', code: 'empty-migration' });
  });
});
