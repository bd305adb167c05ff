import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { digestOf } from '../../../contract/json.js';
import { migrationReviewSchema } from '../../../contract/migration-review.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { createRelease } from '../../../journal/releases.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { someRelease } from '../../support/product.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('crossfade migrations lint', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const lint = (...words: string[]) => commandLine(folder.path, 'migrations', 'lint', ...words);
  const write = async (path: string, content: string | Buffer) => {
    await mkdir(join(folder.path, path, '..'), { recursive: true });
    await writeFile(join(folder.path, path), content);
  };

  it('says of each statement what it locks, breaks and how it is taken back, and ends with 0 when nothing stops', async () => {
    await write(
      'sql/001_add.sql',
      "ALTER TABLE orders ADD COLUMN note text;\nALTER TYPE mood ADD VALUE 'odd' AFTER 'good';\n",
    );
    const said = await lint('sql');
    expect(said).to.include({ exitCode: 0, stderr: '' });
    expect(said.stdout).to.contain(
      'ADD COLUMN orders.note\n        locks orders ACCESS EXCLUSIVE (blocks reads and writes)',
    );
    expect(said.stdout).to.contain('back: ALTER TABLE orders DROP COLUMN note');
    expect(said.stdout).to.contain('back: none (PostgreSQL can not drop a value of an enum)');
    expect(said.stdout).to.contain('no database was asked');
  });

  it('ends with 3 for what a deploy would be refused for, with the place and what to write instead', async () => {
    await write('sql/001_index.sql', '-- for the search\nCREATE INDEX orders_note ON orders (note);\n');
    const said = await lint('sql/001_index.sql');
    expect(said.exitCode).to.equal(3);
    expect(said.stdout).to.contain('STOP  sql/001_index.sql:2  index-blocks-writes: nobody can write to orders');
    expect(said.stdout).to.contain('write: -- crossfade: no-transaction\n');
    expect(said.stdout).to.contain('CREATE INDEX CONCURRENTLY orders_note ON orders (note);');
  });

  it('says the same as one JSON document, in the form of its schema', async () => {
    await write('sql/001_a.sql', 'ALTER TABLE t ADD COLUM c int;\n');
    const said = await lint('sql', '--json');
    const review = migrationReviewSchema.parse(JSON.parse(said.stdout));
    expect(review).to.deep.include({ answer: 'no', migrations: ['sql/001_a.sql'], database: null });
    expect(review.findings[0]).to.include({ migration: 'sql/001_a.sql', line: 1, column: 27, code: 'syntax-error' });
  });

  it('writes a comment for a pull request in which SQL is no markup', async () => {
    await write('sql/001_a.sql', 'ALTER TABLE "<img src=x>|@all" ALTER COLUMN "```" SET NOT NULL;\n');
    const said = await lint('sql', '--markdown');
    expect(said.stdout).to.match(/^### Migrations: a deploy would be refused\n/);
    expect(said.stdout.replace(/^````[^]*?^````$/gm, '')).not.to.match(/<img|@all|(?<!\\)`/);
    expect(said.stdout).to.contain('````sql');
  });

  it('reads the folders of Prisma in their order', async () => {
    await write('prisma/migrations/10_b/migration.sql', 'CREATE INDEX i ON t (c);');
    await write('prisma/migrations/9_a/migration.sql', 'CREATE TABLE t (c text);');
    await write('prisma/migrations/migration_lock.toml', 'provider = "postgresql"');
    const said = await lint('prisma/migrations', '--json');
    const review = migrationReviewSchema.parse(JSON.parse(said.stdout));
    expect(review.migrations).to.deep.equal([
      'prisma/migrations/9_a/migration.sql',
      'prisma/migrations/10_b/migration.sql',
    ]);
    expect(review.answer).to.equal('yes');
  });

  it('leaves out what takes a migration back', async () => {
    await write('m/1_a.up.sql', 'CREATE TABLE t (c text);');
    await write('m/1_a.down.sql', 'DROP TABLE t;');
    expect((await lint('m')).stdout).not.to.contain('DROP TABLE t;\n  ');
    expect((await lint('m')).exitCode).to.equal(0);
  });

  it('reviews the migrations of a stored release', async () => {
    await writeProject(folder.path);
    const sql = 'DROP TABLE orders;';
    const migrations = [{ id: '001_drop.sql', checksum: digestOf(sql), phase: 'expand' as const, sql }];
    await createRelease(
      new FolderStore(join(folder.path, '.crossfade', 'store')),
      someRelease('2.0.0', { migrations }),
    );
    const said = await lint('--release', '2.0.0');
    expect(said.exitCode).to.equal(3);
    expect(said.stdout).to.contain('001_drop.sql:1  breaks-live-slot');
  });

  describe('of what is piped in', () => {
    const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!;
    const pipe = (...chunks: (string | Buffer)[]) =>
      Object.defineProperty(process, 'stdin', { ...stdin, get: () => Readable.from(chunks) });
    afterEach(() => Object.defineProperty(process, 'stdin', stdin));

    it('reads it like a file', async () => {
      pipe('BEGIN;\nDROP TABLE ', 'orders;\nCOMMIT;\n');
      const said = await lint('-');
      expect(said.exitCode).to.equal(3);
      expect(said.stdout).to.contain('STOP  (stdin):2  breaks-live-slot');
    });

    for (const nothing of ['', ' \n\n'])
      it(`refuses ${JSON.stringify(nothing)} with 2: the program before it has failed, or said nothing`, async () => {
        pipe(nothing);
        const said = await lint('-');
        expect(said).to.include({ exitCode: 2, stdout: '' });
        expect(said.stderr).to.match(/^nothing was piped in, so nothing was reviewed\n→ look at what the program/);
      });

    it('refuses bytes that are no UTF-8, with their line', async () => {
      pipe(Buffer.from("SELECT 1;\nSELECT '"), Buffer.from([0xe9, 0x27]));
      expect(await lint('-'))
        .to.deep.include({ exitCode: 2 })
        .and.property('stderr')
        .to.match(/^\(stdin\):2: not UTF-8/);
    });
  });

  for (const [tool, file, says] of [
    ['Alembic or Django', '0001_initial.py', /alembic upgrade head --sql/],
    ['Rails', '20260101_add.rb', /rails db:migrate/],
    ['knex', '1_add.js', /knex with debug/],
  ] as const)
    it(`says of a folder of ${tool} how to get its SQL`, async () => {
      await write(`m/${file}`, '');
      const said = await lint('m');
      expect(said.exitCode).to.equal(2);
      expect(said.stderr)
        .to.match(/^m has no \.sql file/)
        .and.match(says);
    });

  it('says that PostgreSQL drops no value of an enum, and what to do instead', async () => {
    await write('sql/001_a.sql', "SELECT 'é';\n  ALTER TYPE mood DROP VALUE 'sad';\n");
    const said = await lint('sql');
    expect(said.exitCode).to.equal(3);
    expect(said.stdout).to.contain('001_a.sql:2:19  enum-value-dropped: PostgreSQL can not drop a value of an enum');
    expect(said.stdout).to.contain('safer: leave it, and write it no more');
  });

  const refused: Readonly<Record<string, { words: string[]; says: RegExp }>> = {
    'nothing at all': { words: [], says: /expected SQL files, a folder, - or --release\n→ such as/ },
    'a file that is not there': { words: ['none.sql'], says: /^none\.sql can't be read/ },
    'a folder without SQL': { words: ['.'], says: /has no \.sql file/ },
    'a Python migration': { words: ['0001.py'], says: /expected SQL[^]*alembic upgrade head --sql/ },
    'a Ruby migration': { words: ['1_add.rb'], says: /expected SQL[^]*rails db:migrate/ },
    'UTF-16': { words: ['utf16.sql'], says: /^utf16\.sql:1: UTF-16\n/ },
    'a byte that is no UTF-8': { words: ['latin.sql'], says: /^latin\.sql:2: not UTF-8\n/ },
    'a format that nobody knows': {
      words: ['latin.sql', '--format', 'mysql'],
      says: /Allowed choices are sql, prisma/,
    },
    'files and a release': { words: ['latin.sql', '--release', '1.0.0', '--environment', 'local'], says: /found both/ },
    'a variable that is not set': {
      words: ['ok.sql', '--database-url-from', 'NO_SUCH_URL'],
      says: /NO_SUCH_URL is not set/,
    },
  };
  for (const [what, { words, says }] of Object.entries(refused)) {
    it(`refuses ${what} with 2, and says why`, async () => {
      await writeProject(folder.path);
      await write('0001.py', 'pass');
      await write('1_add.rb', '');
      await write('ok.sql', 'SELECT 1');
      await write('utf16.sql', Buffer.from('\uFEFFSELECT 1', 'utf16le'));
      await write(
        'latin.sql',
        Buffer.concat([Buffer.from("SELECT 1;\nSELECT '"), Buffer.from([0xe9]), Buffer.from("'")]),
      );
      if (what === 'a folder without SQL') await mkdir(join(folder.path, 'empty'));
      const said = await lint(...(what === 'a folder without SQL' ? ['empty'] : words));
      expect(said.exitCode).to.equal(2);
      expect(said.stderr).to.match(says);
    });
  }
});
