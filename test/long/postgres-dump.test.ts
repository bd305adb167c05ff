import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { parsedDatabaseBackupsSchema, type DatabaseBackups } from '../../contract/database-backups.js';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import { dumpRestores } from '../../platforms/local/dump/dump-restores.js';
import { readDumpManifest } from '../../platforms/local/dump/dump-manifest.js';
import { secondPlace } from '../../platforms/local/dump/second-place.js';
import { verifyDump } from '../../platforms/local/dump/verify-dump.js';
import { digestOfFile } from '../../platforms/local/dump/take-dump.js';
import { openLocalDatabase, type LocalDatabase } from '../../platforms/local/database.js';
import { errnoOf } from '../../platforms/local/host/errno.js';
import { readServerRecord } from '../../platforms/local/host/postgres-files.js';
import { migrate } from '../../platforms/postgres/migrate.js';
import { openSession } from '../../platforms/postgres/session.js';
import { killPostmaster } from '../support/kill-postmaster.js';
import { clientProgramsOrSkip } from '../support/client-programs-or-skip.js';
import { serverVersion } from '../support/server-version.js';
import { mountedSmall } from '../support/mounted-small.js';
import { motoCredentials, startMotoOrSkip, type Moto } from '../support/moto-server.js';
import { makeMotoBucket } from '../support/moto-bucket.js';
import { slotInput } from '../support/local-outputs.js';
import { failure, releaseOf, startEmbedded, until, work, type Embedded } from '../platforms/postgres/embedded.js';

describe('dumps of a database', function () {
  this.timeout(60_000);
  let server: Embedded;
  let dumps: string;

  const open = (settings: Partial<DatabaseBackups> = {}): LocalDatabase =>
    openLocalDatabase({
      directory: server.directory,
      name: 'shop',
      artifactFolder: () => '/nonexistent',
      backups: parsedDatabaseBackupsSchema.parse({ kind: 'dump', keep: 2, lockTimeout: 1_000, ...settings }),
      neededBackups: () => Promise.resolve([{ name: 'needed', because: 'a slot' }]),
    });
  const aside = async (): Promise<string[]> => {
    const { rows } = await server.query('superuser', "SELECT datname FROM pg_database WHERE datname LIKE 'crossfade%'");
    return rows.map((row) => String(row['datname']));
  };

  before(async function () {
    const { major, version } = await clientProgramsOrSkip(this);
    if (major < parseInt(serverVersion, 10)) {
      process.stdout.write(`SKIPPED  dumps: pg_dump is ${version}, the server ${serverVersion}\n`);
      this.skip();
    }
    server = await startEmbedded();
    dumps = join(server.directory, 'dumps');
    await server.query(
      'owner',
      `CREATE TABLE orders (id bigserial PRIMARY KEY, note text NOT NULL);
       INSERT INTO orders (note) SELECT repeat('x', 200) || i FROM generate_series(1, 5000) AS i;
       CREATE TABLE jobs (id bigserial PRIMARY KEY, done boolean NOT NULL DEFAULT false);`,
    );
  });
  afterEach(async () => {
    await server.closeClients();
    rmSync(dumps, { recursive: true, force: true });
  });
  after(() => (server as Embedded | undefined)?.stop());

  it('are taken of one moment while rows come and go, and restored aside to the very same rows', async () => {
    const load = startLoad(await server.client('app'));
    await until(() => Promise.resolve(load.writes() > 20));
    const backup = await open().backUp('run-1', work());
    expect(await load.stop()).to.be.above(20);
    const verdict = await open().verifyBackup('run-1', work());
    expect(verdict.because).to.match(/^restored aside in \d+ ms: 2 tables with \d+ rows, 2 of them by checksum$/);
    expect(verdict.answer).to.equal('yes');
    expect(verdict.evidence).to.include({ tables: 2, checksums: 2, sequences: 2 });
    expect(verdict.evidence['owners']).to.be.at.least(5);
    expect(backup.evidence).to.include({ kind: 'dump', serverVersion, tables: 2, encrypted: false });
    expect(await aside(), 'nothing is left on the server').to.deep.equal([]);
  });

  it('are named once, and count what was written since', async () => {
    const first = await open().backUp('run-1', work());
    await server.query('app', "INSERT INTO orders (note) SELECT 'later' FROM generate_series(1, 7)");
    expect(await open().backUp('run-1', work())).to.deep.equal(first);
    await until(async () => {
      const { tables } = await open().writesSince({ backup: 'run-1' });
      return (tables?.['public.orders']?.inserted ?? 0) >= 7;
    });
    expect((await open().restores.list()).map(({ name, verified }) => ({ name, verified }))).to.deep.equal([
      { name: 'run-1', verified: false },
    ]);
  });

  it('fault 62: can be read by nobody else, encrypted or not, whatever the umask', async () => {
    const key = join(server.directory, 'backup.key');
    writeFileSync(key, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
    const mask = process.umask(0o022);
    try {
      await open().backUp('plain', work());
      await open({ encryptionKey: `file:${key}` }).backUp('sealed', work());
    } finally {
      process.umask(mask);
    }
    for (const path of ['', ...readdirSync(dumps, { recursive: true, encoding: 'utf8' })]) {
      expect(statSync(join(dumps, path)).mode & 0o077, path).to.equal(0);
    }
  });

  describe('with a key', () => {
    const key = 'CROSSFADE_TEST_BACKUP_KEY';
    const sealed = (): LocalDatabase => open({ encryptionKey: `env:${key}` });
    beforeEach(() => (process.env[key] = Buffer.alloc(32, 7).toString('base64')));
    after(() => Reflect.deleteProperty(process.env, key));

    it('hold nothing in plain, and are restored with it', async () => {
      await sealed().backUp('run-1', work());
      const bytes = readFileSync(join(dumps, 'run-1', 'database.dump'));
      expect(bytes.includes('orders'), 'a name in plain').to.equal(false);
      expect(bytes.includes('PGDMP'), "pg_dump's own mark").to.equal(false);
      expect((await sealed().verifyBackup('run-1', work())).answer).to.equal('yes');
    });

    it('are not opened with another key, nor without one', async () => {
      await sealed().backUp('run-1', work());
      process.env[key] = 'cd'.repeat(32);
      const other = await sealed().verifyBackup('run-1', work());
      expect(other.because).to.equal(
        'run-1 is encrypted, and it was encrypted with another key in database.backups.encryptionKey',
      );
      expect((await open().verifyBackup('run-1', work())).because).to.contain('no key is named');
      process.env[key] = 'too short';
      expect((await failure(sealed().backUp('run-2', work()))).message).to.contain('expected a key of 32 bytes');
      expect(readdirSync(dumps)).to.deep.equal(['run-1']);
    });
  });

  it('keep what the policy, a slot or an open run needs, and nothing else', async () => {
    for (const name of ['needed', 'old', 'never-checked', 'newer', 'newest']) {
      await open().backUp(name, work());
      if (name !== 'never-checked') expect((await open().verifyBackup(name, work())).answer).to.equal('yes');
    }
    expect(readdirSync(dumps).sort()).to.deep.equal(['needed', 'newer', 'newest']);
  });

  describe('fault 21: a dump that is not what it should be', () => {
    const file = (): string => join(dumps, 'run-1', 'database.dump');
    const manifest = (): string => join(dumps, 'run-1', 'manifest.json');
    let pristine: string;

    before(async () => {
      await open().backUp('run-1', work());
      pristine = `${dumps}-pristine`;
      cpSync(dumps, pristine, { recursive: true });
    });
    beforeEach(() => cpSync(pristine, dumps, { recursive: true }));
    const changed = (change: (record: Record<string, unknown>) => void): void => {
      const record = JSON.parse(readFileSync(manifest(), 'utf8')) as Record<string, unknown>;
      change(record);
      writeFileSync(manifest(), JSON.stringify(record));
    };

    for (const [what, spoil, because] of [
      ['cut short', () => truncateSync(file(), 4_096), /^backup run-1: database.dump has 4096 bytes, not \d+$/],
      ['with a byte changed', () => flip(file()), /^backup run-1: database.dump has another content$/],
      ['gone', () => rmSync(file()), /^backup run-1: database.dump is missing$/],
      ['never finished', () => rmSync(manifest()), /^there is no backup run-1$/],
      [
        'of fewer rows than it must have',
        () => changed((record) => (record['tables'] = { 'public.orders': 999_999, 'public.jobs': 0 })),
        /^public\.orders has \d+ rows, not 999999/,
      ],
      [
        'without a table that it must have',
        () => changed((record) => (record['tables'] = { 'public.gone': 1 })),
        /^public\.gone is missing/,
      ],
      [
        'with fewer entries than pg_restore listed',
        () => changed((record) => (record['entries'] = 3)),
        /^pg_restore lists \d+ entries in run-1, not 3$/,
      ],
    ] as const) {
      it(`is told: ${what}`, async () => {
        spoil();
        const verdict = await open().verifyBackup('run-1', work());
        expect(verdict.answer).to.equal('no');
        expect(verdict.because).to.match(because);
        expect(await aside()).to.deep.equal([]);
      });
    }
  });

  describe('fault 21: a dump that is half as large as the one before, for as many rows,', () => {
    const shrunk = async (rows: number) => {
      await server.query(
        'owner',
        `CREATE TABLE texts AS SELECT i AS id, md5(i::text) AS note FROM generate_series(1, ${rows}) AS i`,
      );
      const database = open();
      await database.backUp('run-1', work());
      expect(await database.verifyBackup('run-1', work())).to.include({ answer: 'yes' });
      await server.query('owner', "UPDATE texts SET note = ''");
      await database.backUp('run-2', work());
      return database.verifyBackup('run-2', work());
    };
    afterEach(() => server.query('owner', 'DROP TABLE texts'));

    it('is believed where every row was compared', async () => {
      expect(await shrunk(20_000)).to.include({ answer: 'yes' });
    });

    it('is not where some were only counted, and it is said how to go on', async () => {
      const { answer, because } = await shrunk(200_001);
      expect(answer).to.equal('no');
      expect(because).to.match(
        /^run-2 has \d+ bytes where run-1 had \d+ for as many rows, and not all of them were compared; where that is meant, move /,
      );
      expect(await aside()).to.deep.equal([]);
    });
  });

  describe('fault 21: a dump that does not come to its end', () => {
    it('leaves nothing when the server dies under it', async () => {
      const data = (await readServerRecord(server.directory))?.data ?? '';
      const running = failure(open({ programs: slow(server.directory) }).backUp('run-1', work()));
      await until(() => Promise.resolve(existsSync(join(server.directory, 'slow', 'began'))));
      await killPostmaster(data);
      const failed = await running;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.match(/^backup run-1 failed and was removed: /);
      expect(readdirSync(dumps)).to.deep.equal([]);
      await server.restart();
    });

    it('gives up a lock that never comes', async () => {
      const holder = await server.client('owner');
      await holder.query('BEGIN; LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE');
      const failed = await failure(open().backUp('run-1', work()));
      expect(failed.message).to.contain('backup run-1 failed and was removed');
      expect(failed.message).to.match(/lock/);
      expect(readdirSync(dumps)).to.deep.equal([]);
    });

    it('leaves nothing when it is interrupted', async () => {
      const listening = work();
      const running = failure(open({ programs: slow(server.directory) }).backUp('run-1', listening));
      await until(() => Promise.resolve(existsSync(join(server.directory, 'slow', 'began'))));
      listening.abort(new Error('interrupted'));
      expect((await running).message).to.equal('interrupted');
      expect(readdirSync(dumps)).to.deep.equal([]);
    });

    it('leaves nothing on a full disk, and the good one before it stays', async function () {
      mkdirSync(dumps);
      if (!mountedSmall(dumps, '700k')) this.skip();
      try {
        await open().backUp('good', work());
        const { bavail, bsize } = statfsSync(dumps);
        writeFileSync(join(dumps, '.filler'), Buffer.alloc(bavail * bsize - 16_384));
        const failed = await failure(open().backUp('bad', work()));
        expect(failed.message).to.match(/^backup bad failed and was removed: the disk of .* is full$/);
        expect(failed.hint).to.contain('make room');
        expect(readdirSync(dumps).sort()).to.deep.equal(['.filler', 'good']);
      } finally {
        execFileSync('umount', [dumps]);
      }
    });
  });

  describe('with other programs', () => {
    it('are refused of a server that is newer than they are, before anything is begun', async () => {
      const old = programs(server.directory, 'old', '#!/bin/sh\necho "pg_dump (PostgreSQL) 11.2"\n');
      const failed = await failure(open({ programs: old }).backUp('run-1', work()));
      expect(failed.message)
        .to.contain(`the server is PostgreSQL ${serverVersion}, but `)
        .and.contain('pg_dump is 11.2');
      expect(failed.hint).to.contain(`install the client programs of PostgreSQL ${parseInt(serverVersion, 10)}`);
      expect(existsSync(join(dumps, 'run-1'))).to.equal(false);
    });

    it('say what is missing, and how to get it', async () => {
      const failed = await failure(open({ programs: '/nonexistent' }).backUp('run-1', work()));
      expect(failed.message).to.equal('pg_dump was not found in /nonexistent');
      expect(failed.hint).to.contain('apt-get install postgresql-client');
    });
  });

  describe('fault 20: a restore beside', () => {
    const count = async (): Promise<number> =>
      Number((await server.query('app', 'SELECT count(*) FROM orders')).rows[0]!['count']);
    const databases = async (): Promise<string[]> =>
      (await server.query('superuser', 'SELECT datname FROM pg_database ORDER BY 1')).rows.map((row) =>
        String(row['datname']),
      );

    it('is checked, switched to in one step and back again, and keeps what was in use', async () => {
      const { restores } = open();
      await open().backUp('run-1', work());
      const before = await count();
      await server.query('app', "INSERT INTO orders (note) VALUES ('later')");
      await restores.beside('run-1', 'run-9', work());
      expect(await databases()).to.include('restored-run-9');
      expect((await restores.verify('run-1', 'run-9', undefined, work())).answer).to.equal('yes');
      const session = await openSession(server.address('app'), { applicationName: 'a slot' });
      await restores.switchTo('run-9', work());
      expect(await failure(session.run('SELECT 1'))).to.be.instanceOf(PlatformError);
      await session.close();
      expect(await count(), 'as it was').to.equal(before);
      expect(await restores.inUse('run-9')).to.equal(true);
      expect(await databases()).to.include('kept-before-run-9');
      expect(await failure(restores.remove('run-9'))).to.be.instanceOf(RefusedError);
      await restores.switchBack('run-9', work());
      expect(await count(), 'as it was in between').to.equal(before + 1);
      await restores.remove('run-9');
      expect((await databases()).filter((name) => /restored|kept/.test(name))).to.deep.equal([]);
    });

    it('shows what was kept, keeps what was written meanwhile, and drops only what a restore has left', async () => {
      const { restores } = open();
      const kept = async () => (await restores.kept?.())?.map(({ name, was, run }) => `${name} ${was} ${run}`);
      await server.query('superuser', "COMMENT ON DATABASE shop IS 'ours, not yours'");
      await open().backUp('run-1', work());
      await restores.beside('run-1', 'run-9', work());
      expect(await kept()).to.deep.equal(['restored-run-9 restored run-9']);
      await restores.switchTo('run-9', work());
      expect(await kept()).to.deep.equal(['kept-before-run-9 before run-9']);
      await server.query('app', "INSERT INTO orders (note) VALUES ('let in too early')");
      await restores.switchBack('run-9', work(), { keep: true });
      await restores.remove('run-9');
      expect(await kept()).to.deep.equal(['kept-after-run-9 after run-9']);
      const { rows } = await server.query(
        'superuser',
        "SELECT shobj_description(oid, 'pg_database') AS said FROM pg_database WHERE datname = 'shop'",
      );
      expect(rows[0]?.['said']).to.equal('ours, not yours');
      for (const name of ['shop', 'postgres', 'kept-after-run-9']) await restores.drop?.(name);
      expect(await databases())
        .to.include.members(['shop', 'postgres'])
        .and.not.to.include('kept-after-run-9');
    });

    it('refuses a name that somebody else has given a database of his', async () => {
      const { restores } = open();
      await open().backUp('run-1', work());
      await server.query('superuser', 'CREATE DATABASE "restored-run-9"');
      const failed = await failure(restores.beside('run-1', 'run-9', work()));
      expect(failed).to.be.instanceOf(RefusedError);
      expect(failed.message).to.equal('there is a database restored-run-9 already, which this run has not made');
      await restores.remove('run-9');
      expect(await databases(), 'left as it is on the way back, too').to.include('restored-run-9');
      await server.query('superuser', 'DROP DATABASE "restored-run-9"');
    });

    it("refuses a copy for which the server's disk has no room, before one byte of it", async () => {
      await open().backUp('run-1', work());
      const place = {
        dumps,
        address: () => Promise.resolve(server.address('superuser')),
        settings: parsedDatabaseBackupsSchema.parse({ kind: 'dump', lockTimeout: 1_000 }),
        secret: () => Promise.reject(new Error('no secret is asked for')),
        freeBytes: () => Promise.resolve(1_000_000),
      };
      const verdict = await verifyDump(place, 'run-1', work());
      expect(verdict.answer).to.equal('no');
      expect(verdict.because).to.match(
        /^a copy of shop beside it needs about \d+ MB, and the server's disk has 1 MB free$/,
      );
      expect(await aside()).to.deep.equal([]);
    });

    it('is made again from the beginning after a runner was killed in its middle', async () => {
      const { restores } = open();
      await open().backUp('run-1', work());
      await server.query('superuser', 'CREATE DATABASE "restored-run-9_making"');
      await restores.beside('run-1', 'run-9', work());
      expect((await restores.verify('run-1', 'run-9', undefined, work())).answer).to.equal('yes');
      await restores.remove('run-9');
    });
  });

  describe("a restore on a server's disk that fills in its middle", () => {
    let mount: string;
    let mounted = false;
    let small: Embedded;
    const settings = parsedDatabaseBackupsSchema.parse({ kind: 'dump', lockTimeout: 1_000 });
    const filler = () => join(mount, 'filler');
    const fill = (left: number): void => {
      const { bavail, bsize } = statfsSync(mount);
      try {
        writeFileSync(filler(), Buffer.alloc(bavail * bsize - left));
      } catch (error) {
        // The server has taken the rest meanwhile.
        if (errnoOf(error) !== 'ENOSPC') throw error;
      }
    };
    const beside = async (): Promise<unknown[]> =>
      (await small.query('superuser', "SELECT datname FROM pg_database WHERE datname ~ '^(restored|crossfade)'")).rows;
    const rows = async () => (await small.query('app', 'SELECT count(*)::int AS n FROM orders')).rows[0]?.['n'];
    const copying = () =>
      until(async () => {
        const sql = "SELECT 1 FROM pg_stat_activity WHERE datname LIKE 'restored%' AND query LIKE 'COPY %'";
        return (await small.query('superuser', sql)).rows.length > 0;
      });

    before(async function () {
      mount = mkdtempSync(join(tmpdir(), 'crossfade-small-'));
      mounted = mountedSmall(mount, '256m');
      if (!mounted) this.skip();
      mkdirSync(join(mount, 'server'), { mode: 0o711 });
      small = await startEmbedded(join(mount, 'server'));
      // Each row takes its time to come in.
      await small.query(
        'owner',
        `CREATE FUNCTION slowly() RETURNS boolean LANGUAGE plpgsql AS
           'BEGIN PERFORM pg_catalog.pg_sleep(0.002); RETURN true; END';
         CREATE TABLE orders (id int PRIMARY KEY, note text CHECK (slowly()));
         INSERT INTO orders SELECT i, repeat('x', 1000) FROM generate_series(1, 1000) AS i;`,
      );
    });
    beforeEach(() => openLocalDatabase(options()).backUp('run-1', work()));
    afterEach(() => rmSync(filler(), { force: true }));
    after(async () => {
      await (small as Embedded | undefined)?.stop();
      if (mounted) execFileSync('umount', [mount]);
      rmSync(mount, { recursive: true, force: true });
    });
    const options = () => ({
      directory: small.directory,
      name: 'shop',
      artifactFolder: () => '/nonexistent',
      backups: settings,
    });

    it('is stopped while there is room for the one in use, and dropped', async () => {
      const { restores } = openLocalDatabase(options());
      const restoring = failure(restores.beside('run-1', 'run-9', work()));
      await copying();
      fill(20_000_000);
      const failed = await restoring;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.match(
        /^run-1 could not be restored: stopped, because the server's disk had only (19|20) MB left: the database in use needs them$/,
      );
      expect(failed.hint).to.equal("make room on the server's disk; what was restored so far is dropped");
      expect(await beside()).to.deep.equal([]);
      expect(await rows()).to.equal(1_000);
      rmSync(filler());
      await restores.beside('run-1', 'run-9', work());
      expect((await restores.verify('run-1', 'run-9', undefined, work())).answer).to.equal('yes');
      await restores.remove('run-9');
    });

    describe('under a migration', () => {
      const filling = releaseOf({
        '1_small.sql': 'CREATE TABLE kept (id int)',
        '2_large.sql':
          'CREATE TABLE large AS SELECT repeat(md5(i::text), 30) AS text FROM generate_series(1, 10000000) AS i',
      });
      const migrating = (database: LocalDatabase) =>
        failure(database.migrate(filling, { ...slotInput('2.0.0', ['api']), release: filling }, work()));
      const tables = async () =>
        (await small.query('owner', "SELECT relname FROM pg_stat_user_tables WHERE relname IN ('kept', 'large')")).rows;
      afterEach(() => small.query('owner', 'DROP TABLE IF EXISTS kept, public.crossfade_migrations'));

      it('is stopped while there is room for those who are served: what was in stays in, and they can write', async () => {
        const failed = await migrating(openLocalDatabase(options()));
        expect(failed).to.be.instanceOf(PlatformError);
        expect(failed.message).to.match(
          /^migration 2_large\.sql, line 1: stopped by itself: the server's disk had only \d+ MB left, which those who are served need\. In: 1_small\.sql\. Not in: 2_large\.sql$/,
        );
        expect(failed.hint).to.equal("make room on the server's disk, then deploy 2.0.0 again");
        expect(await tables()).to.deep.equal([{ relname: 'kept' }]);
        await small.query('app', "INSERT INTO orders VALUES (100001, 'served')");
        await small.query('app', 'DELETE FROM orders WHERE id = 100001');
      });

      it("says what the server says where its disk can't be seen", async () => {
        const owner = () => migrate(small.address('owner'), filling, { run: 'run-1' }, work());
        const failed = await failure(owner());
        expect(failed.message).to.match(/^migration 2_large\.sql, line 1: /);
        expect(failed.message).to.match(/\(53100\)\. In: 1_small\.sql\. Not in: 2_large\.sql$/);
        expect(failed.hint).to.equal("make room on the server's disk, then deploy 2.0.0 again");
        expect(await rows()).to.equal(1_000);
        expect(await tables()).to.deep.equal([{ relname: 'kept' }]);
      });
    });

    it("says what the server said where its disk can't be seen", async () => {
      const place = {
        dumps: join(small.directory, 'dumps'),
        address: () => Promise.resolve(small.address('superuser')),
        settings,
        secret: () => Promise.reject(new Error('no secret is asked for')),
      };
      const manifest = await readDumpManifest(place.dumps, 'run-1');
      const restores = dumpRestores({ place, manifest: () => Promise.resolve(manifest!) });
      // A segment of write-ahead log that is there already has room.
      await small.query('superuser', 'SELECT pg_switch_wal()');
      const restoring = failure(restores.beside('run-1', 'run-9', work()));
      await copying();
      fill(100_000);
      const failed = await restoring;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message)
        .to.match(/^run-1 could not be restored: .*pg_restore ended with code 1: /)
        .and.contain('No space left on device');
      expect(await beside()).to.deep.equal([]);
      expect(await rows()).to.equal(1_000);
    });

    it('says what failed first when the server dies, and is made again', async () => {
      const { restores } = openLocalDatabase(options());
      const restoring = failure(restores.beside('run-1', 'run-9', work()));
      await copying();
      await killPostmaster((await readServerRecord(small.directory))!.data);
      const failed = await restoring;
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.match(/^run-1 could not be restored: .*pg_restore ended with code 1: /);
      await small.restart();
      await restores.beside('run-1', 'run-9', work());
      expect((await restores.verify('run-1', 'run-9', undefined, work())).answer).to.equal('yes');
      await restores.remove('run-9');
      expect(await beside()).to.deep.equal([]);
      expect(await rows()).to.equal(1_000);
    });
  });

  describe('with a second place in S3', () => {
    let moto: Moto;
    let s3: NonNullable<DatabaseBackups['copyTo']>;
    const twice = (): LocalDatabase => open({ keep: 1, copyTo: s3 });

    before(async function () {
      this.timeout(400_000);
      Object.assign(process.env, motoCredentials);
      moto = await startMotoOrSkip(this);
      const { bucket, region = '', endpoint = '' } = (await makeMotoBucket(moto.url))('');
      s3 = { url: `s3://${bucket}/shop`, region, endpoint };
    });
    after(() => (moto as Moto | undefined)?.stop());

    it('lie there too, are brought back from there, and go from there by the same policy', async () => {
      const backup = await twice().backUp('run-1', work());
      expect(backup.evidence['copiedTo']).to.equal('s3://shop-releases/shop');
      expect((await twice().verifyBackup('run-1', work())).answer).to.equal('yes');
      rmSync(join(dumps, 'run-1'), { recursive: true });
      await twice().restores.beside('run-1', 'run-8', work());
      await twice().restores.remove('run-8');
      expect((await twice().verifyBackup('run-1', work())).answer).to.equal('yes');
      await twice().backUp('run-2', work());
      expect((await twice().verifyBackup('run-2', work())).evidence['removed']).to.deep.equal(['run-1']);
      rmSync(dumps, { recursive: true });
      const gone = await failure(twice().restores.beside('run-1', 'run-8', work()));
      expect(gone.message).to.equal('there is no backup run-1');
    });

    it('go there in parts where they are large, each with its checksum', async () => {
      await open().backUp('large', work());
      const file = join(dumps, 'large', 'database.dump');
      const content = randomBytes(11_000_000);
      writeFileSync(file, content);
      const record = await readDumpManifest(dumps, 'large');
      if (record === undefined) throw new Error('the dump is gone');
      const manifest = { ...record, bytes: content.length, digest: await digestOfFile(file) };
      writeFileSync(join(dumps, 'large', 'manifest.json'), JSON.stringify(manifest));
      const second = secondPlace(s3, 5_242_880);
      expect(await second.lacksBecause(manifest, work().signal)).to.match(/^large is not in s3:/);
      await second.keep(dumps, manifest, work());
      expect(await second.lacksBecause(manifest, work().signal)).to.equal(undefined);
      rmSync(dumps, { recursive: true });
      await second.bringBack(dumps, 'large', work());
      expect(readFileSync(file).equals(content)).to.equal(true);
    });

    it('are not called good when what lies there is another one, or nothing', async () => {
      await twice().backUp('run-3', work());
      await open().backUp('run-4', work());
      const verdict = await twice().verifyBackup('run-4', work());
      expect(verdict).to.include({ answer: 'no', because: 'run-4 is not in s3://shop-releases/shop' });
    });

    it('fail when S3 can not be reached, and are whole in the first place', async () => {
      const nowhere = { url: 's3://shop-releases/shop', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9' };
      const failed = await failure(open({ copyTo: nowhere }).backUp('run-5', work()));
      expect(failed.message).to.match(/^s3:\/\/shop-releases\/shop: looking failed: /);
      expect((await open().verifyBackup('run-5', work())).answer).to.equal('yes');
    });
  });

  describe('of a server that somebody else serves', () => {
    const url = 'CROSSFADE_TEST_GIVEN_URL';
    const given = (name = 'elsewhere'): LocalDatabase =>
      openLocalDatabase({
        directory: server.directory,
        name,
        given: { url: `env:${url}`, ownerUrl: `env:${url}`, readerUrl: `env:${url}` },
        artifactFolder: () => '/nonexistent',
        backups: parsedDatabaseBackupsSchema.parse({ kind: 'dump', lockTimeout: 1_000, jobs: 1 }),
      });

    before(async () => {
      await server.query('superuser', "CREATE ROLE tenant LOGIN CREATEDB PASSWORD 'of the tenant'");
      await server.query('superuser', 'CREATE DATABASE elsewhere OWNER tenant');
      process.env[url] = `postgresql://tenant:of%20the%20tenant@127.0.0.1:${server.port}/elsewhere`;
      await given().migrate(
        releaseOf({ '1.sql': 'CREATE TABLE notes (id int); INSERT INTO notes VALUES (1), (2)' }),
        slotInput('2.0.0', []),
        work(),
      );
    });
    after(() => Reflect.deleteProperty(process.env, url));

    it('are taken, checked and restored beside by a role that is no superuser', async () => {
      await given().backUp('run-1', work());
      const verdict = await given().verifyBackup('run-1', work());
      expect(verdict.because).to.match(/2 tables with 3 rows, 2 of them by checksum$/);
      await given().restores.beside('run-1', 'run-7', work());
      await given().restores.switchTo('run-7', work());
      expect(await given().ask('SELECT count(*) FROM notes')).to.equal('2');
      await given().restores.switchBack('run-7', work());
      await given().restores.remove('run-7');
    });

    it('are refused where the URL leads to another database than the one that is named', async () => {
      const failed = await failure(given('shop').backUp('run-1', work()));
      expect(failed.message).to.equal(
        'database.ownerUrl leads to another database than shop, which the stack file names',
      );
    });
  });

  it('clear what killed processes have left on the server, and leave alone what others use', async () => {
    await server.query('superuser', 'CREATE DATABASE crossfade_aside_verify_dead');
    await open().backUp('run-1', work());
    const clone = await open().kind.openClone('run-1', work());
    try {
      const [used] = (await aside()).filter((name) => name.includes('_clone_'));
      expect((await open().verifyBackup('run-1', work())).answer).to.equal('yes');
      expect(await aside()).to.deep.equal([used]);
      const session = await openSession(await clone.address('app'), { applicationName: 'test' });
      await session.run("INSERT INTO orders (note) VALUES ('aside')");
      await session.close();
      expect((await server.query('owner', "SELECT 1 FROM orders WHERE note = 'aside'")).rowCount).to.equal(0);
    } finally {
      await clone.remove();
    }
    expect(await aside()).to.deep.equal([]);
  });
});

/** One row in, one row out, as fast as they go. */
function startLoad(client: Awaited<ReturnType<Embedded['client']>>) {
  let writes = 0;
  const state = { running: true };
  const over = (async () => {
    while (state.running) {
      await client.query('WITH gone AS (DELETE FROM jobs WHERE id % 2 = 0) INSERT INTO jobs (done) VALUES (true)');
      writes += 1;
      await pause(1);
    }
  })();
  return {
    writes: () => writes,
    stop: async () => {
      state.running = false;
      await over;
      return writes;
    },
  };
}

function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
}

function programs(directory: string, name: string, script: string): string {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  for (const program of ['pg_dump', 'pg_restore']) {
    writeFileSync(join(folder, program), script);
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

/** The real pg_dump, which first says that it began and then waits a moment. */
function slow(directory: string): string {
  rmSync(join(directory, 'slow'), { recursive: true, force: true });
  const script = `#!/bin/sh
name=$(basename "$0")
if [ "$1" = --version ]; then exec /usr/bin/env "$name" --version; fi
touch "$(dirname "$0")/began"
sleep 1
exec /usr/bin/env "$name" "$@"
`;
  return programs(directory, 'slow', script);
}
