import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Client } from 'pg';
import { parsedDatabaseBackupsSchema } from '../../../contract/database-backups.js';
import { PlatformError, RefusedError } from '../../../contract/errors.js';
import { readServerRecord } from '../../../platforms/local/host/postgres-files.js';
import { listBackups, retainBackups } from '../../../platforms/local/backup/retain-backups.js';
import { openLocalDatabase, type LocalDatabase } from '../../../platforms/local/database.js';
import { databaseLeftovers } from '../../../platforms/local/dump/database-leftovers.js';
import { openAsideDatabase, openMaintenance } from '../../../platforms/postgres/aside-database.js';
import { compareRestored } from '../../../platforms/postgres/compare-restored.js';
import { readContents } from '../../../platforms/postgres/contents.js';
import { noting, sweepDatabases } from '../../../platforms/postgres/left-databases.js';
import { countTables } from '../../../platforms/postgres/table-counts.js';
import { rowBounds } from '../../../platforms/postgres/row-bounds.js';
import { openSession, type Session } from '../../../platforms/postgres/session.js';
import { markWrites } from '../../../platforms/postgres/write-mark.js';
import { failure, startEmbedded, until, work, type Embedded } from '../postgres/embedded.js';
import { killPostmaster } from '../../support/kill-postmaster.js';
import { serverVersion } from '../../support/server-version.js';
import { mountedSmall } from '../../support/mounted-small.js';

describe('backing up the local database', function () {
  this.timeout(300_000);
  let server: Embedded;
  let database: LocalDatabase;
  let backups: string;

  before(async () => {
    server = await startEmbedded();
    database = openLocalDatabase({
      directory: server.directory,
      name: 'shop',
      artifactFolder: () => '/nonexistent',
      backups: parsedDatabaseBackupsSchema.parse({ keep: 3, lockTimeout: 0 }),
    });
    backups = join(server.directory, 'backups');
    await server.query(
      'owner',
      `CREATE TABLE orders (id bigserial PRIMARY KEY, note text NOT NULL);
       INSERT INTO orders (note) SELECT repeat('x', 200) FROM generate_series(1, 20000);
       CREATE TABLE jobs (id bigserial PRIMARY KEY, done boolean NOT NULL DEFAULT false);
       CREATE UNLOGGED TABLE cache (id int);
       INSERT INTO cache VALUES (1);`,
    );
  });
  afterEach(async () => {
    await server.closeClients();
    rmSync(backups, { recursive: true, force: true });
  });
  after(() => server.stop());

  it('is taken while rows come and go, and restores to a moment in between', async () => {
    const load = startLoad(await server.client('app'));
    await until(() => Promise.resolve(load.writes() > 20));
    const backup = await database.backUp('run-1', work());
    const verdict = await database.verifyBackup('run-1', work());
    expect(await load.stop()).to.be.above(40);
    expect(verdict.because).to.match(/^restored aside in \d+ ms: 2 tables with \d+ rows$/);
    expect(verdict.answer).to.equal('yes');
    expect(verdict.evidence['rows']).to.be.above(20_000);
    expect(backup.bytes).to.be.above(4_000_000);
    expect(backup.evidence).to.include({ serverVersion, tables: 2 });
  });

  it('is named once: asked for again it is the same, not a second one', async () => {
    const first = await database.backUp('run-1', work());
    await server.query('app', "INSERT INTO orders (note) VALUES ('later')");
    expect(await database.backUp('run-1', work())).to.deep.equal(first);
    expect(readdirSync(backups)).to.deep.equal(['run-1']);
  });

  it('fault 62: nobody else can read it', async () => {
    const mask = process.umask(0o022);
    try {
      await database.backUp('run-1', work());
    } finally {
      process.umask(mask);
    }
    for (const path of [
      backups,
      ...readdirSync(backups, { recursive: true, encoding: 'utf8' }).map((name) => join(backups, name)),
    ]) {
      expect(statSync(path).mode & 0o077, path).to.equal(0);
    }
  });

  it('restores aside to a server that services can use, with their own passwords', async () => {
    await database.backUp('run-1', work());
    const { rows } = await server.query('owner', 'SELECT count(*)::int AS n FROM orders');
    const clone = await database.kind.openClone('run-1', work());
    const owner = await clone.address('owner');
    try {
      const session = await openSession(await clone.address('app'), { applicationName: 'test' });
      expect(await session.scalar('SELECT count(*) FROM orders')).to.equal(String(rows[0]!['n']));
      await session.run("INSERT INTO orders (note) VALUES ('aside')");
      await session.close();
      expect((await server.query('owner', "SELECT 1 FROM orders WHERE note = 'aside'")).rowCount).to.equal(0);
    } finally {
      await clone.remove();
    }
    expect((await failure(openSession(owner, { applicationName: 'test' }))).message).to.contain("doesn't answer");
  });

  describe('fault 21: a backup that is not what it should be', () => {
    const backup = () => join(backups, 'run-1', 'data');

    before(async () => {
      await database.backUp('run-1', work());
      renameSync(backups, `${backups}-pristine`);
    });
    // By links: a copy for each test would take longer than all of what is tested.
    beforeEach(() => linkTree(`${backups}-pristine`, backups));

    for (const [what, spoil, because] of [
      [
        'cut short',
        () => truncateSync(own(join(backup(), largest(backup()))), 8192),
        /^backup run-1: base\/.* has 8192 bytes, not \d+$/,
      ],
      [
        'with a byte changed',
        () => flip(own(join(backup(), largest(backup())))),
        /^backup run-1: base\/.* has another content$/,
      ],
      [
        'with a file gone',
        () => rmSync(join(backup(), 'global/pg_control')),
        /^backup run-1: global\/pg_control is missing$/,
      ],
      [
        'with a file too many',
        () => writeFileSync(join(backup(), 'recovery.signal'), ''),
        /^backup run-1: recovery\.signal is not in its manifest$/,
      ],
      [
        'without its log',
        () => rmSync(join(backup(), 'pg_wal'), { recursive: true }),
        /^backup run-1: pg_wal\/[0-9A-F]{24} is missing$/,
      ],
      ['without a manifest', () => rmSync(join(backups, 'run-1/manifest.json')), /^there is no backup run-1$/],
      [
        'with half a manifest',
        () => truncateSync(own(join(backups, 'run-1/manifest.json')), 1000),
        /manifest\.json: expected JSON/,
      ],
    ] as const) {
      it(`is told: ${what}`, async () => {
        spoil();
        const verdict = await database.verifyBackup('run-1', work());
        expect(verdict.because).to.match(because);
        expect(verdict.answer).to.equal('no');
      });
    }

    it('is told: whole and coherent, but with too few rows', async () => {
      const file = own(join(backups, 'run-1/manifest.json'));
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { tables: Record<string, { atLeast: number }> };
      manifest.tables['public.jobs']!.atLeast += 1;
      manifest.tables['public.gone'] = { ...manifest.tables['public.jobs']! };
      writeFileSync(file, JSON.stringify(manifest));
      const verdict = await database.verifyBackup('run-1', work());
      expect(verdict.because).to.match(/^public\.jobs has \d+ rows, not \d+ to \d+; public\.gone is missing$/);
      expect(verdict.answer).to.equal('no');
    });

    it('is told: coherent by its digests, but no server comes up on it', async () => {
      const file = own(join(backups, 'run-1/manifest.json'));
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { files: Record<string, unknown> };
      rmSync(join(backup(), 'global/pg_control'));
      delete manifest.files['global/pg_control'];
      writeFileSync(file, JSON.stringify(manifest));
      const verdict = await database.verifyBackup('run-1', work());
      expect(verdict.because).to.match(/^PostgreSQL did not start on .*: ended with/);
      expect(verdict.answer).to.equal('no');
    });

    it('is told: with a page that was spoilt before it was taken', async () => {
      // So that reading it writes nothing to the log that would mend it.
      await server.query('superuser', 'VACUUM FREEZE orders');
      await database.backUp('run-2', work());
      const [folder, manifest] = [join(backups, 'run-2/data'), join(backups, 'run-2/manifest.json')];
      const path = largest(folder);
      flip(join(folder, path));
      const record = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Record<string, { digest: string }> };
      const digest = createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex');
      record.files[path] = { ...record.files[path]!, digest: `sha256:${digest}` };
      writeFileSync(manifest, JSON.stringify(record));
      const verdict = await database.verifyBackup('run-2', work());
      expect(verdict.because).to.match(/^what run-2 restores can't be read: invalid page in block 0 .*\(XX001\)$/);
      expect(verdict.answer).to.equal('no');
    });

    it('is told: whole, but there is no room for a copy of it; nothing is left of the attempt', async function () {
      const small = mkdtempSync(join(tmpdir(), 'crossfade-small-'));
      chmodSync(small, 0o711);
      if (!mountedSmall(small, '5m')) this.skip();
      const before = process.env['TMPDIR'];
      process.env['TMPDIR'] = small;
      try {
        chmodSync(small, 0o711);
        const verdict = await database.verifyBackup('run-1', work());
        expect(verdict.because).to.equal('run-1 could not be restored: the disk is full; what was copied is removed');
        expect(verdict.answer).to.equal('no');
        expect(readdirSync(small)).to.deep.equal([]);
      } finally {
        if (before === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = before;
        execFileSync('umount', [small]);
        rmSync(small, { recursive: true });
      }
    });

    it('leaves no server and no file of the attempt behind', async () => {
      truncateSync(own(join(backup(), largest(backup()))), 8192);
      await database.verifyBackup('run-1', work());
      expect(readdirSync(backups)).to.deep.equal(['run-1']);
    });
  });

  describe('fault 21: a backup that does not come to its end', () => {
    it('leaves nothing when the server dies under it', async () => {
      const listening = work();
      const blocker = await server.client('owner');
      // The counting waits for this, so that the backup is surely under way.
      await blocker.query('BEGIN; LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE');
      const failing = failure(database.backUp('run-1', listening));
      await until(
        async () =>
          (
            await server.query(
              'superuser',
              "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'crossfade backup counts%' AND wait_event_type = 'Lock'",
            )
          ).rowCount === 1,
      );
      await killPostmaster((await readServerRecord(server.directory))!.data);
      const failed = await failing;
      await server.restart();
      expect(failed).to.be.instanceOf(PlatformError);
      expect(readdirSync(backups)).to.deep.equal([]);
      expect((await database.verifyBackup('run-1', work())).because).to.equal('there is no backup run-1');
    });

    it('leaves nothing when it is interrupted, and the server leaves its backup mode', async () => {
      const listening = work();
      const reason = new Error('Ctrl-C');
      const interrupting = { ...listening, say: () => listening.abort(reason) };
      expect(await failure(database.backUp('run-1', interrupting))).to.equal(reason);
      expect(readdirSync(backups)).to.deep.equal([]);
      await until(async () => (await server.query('superuser', 'SELECT 1 FROM pg_replication_slots')).rowCount === 0);
    });

    it('clears what a killed process had begun', async () => {
      mkdirSync(join(backups, '.run-1.making-abc', 'data'), { recursive: true });
      await database.backUp('run-1', work());
      expect(readdirSync(backups)).to.deep.equal(['run-1']);
    });

    it('leaves nothing on a full disk, and the good one before it stays', async function () {
      mkdirSync(backups);
      if (!mountedSmall(backups, '60m')) this.skip();
      try {
        await database.backUp('good', work());
        const failed = await failure(database.backUp('bad', work()));
        expect(failed).to.be.instanceOf(PlatformError);
        expect(failed.message).to.match(/^backup bad failed and was removed: ENOSPC/);
        expect(failed.hint).to.include('make room');
        expect(readdirSync(backups)).to.deep.equal(['good']);
        expect((await database.verifyBackup('good', work())).answer).to.equal('yes');
      } finally {
        execFileSync('umount', [backups]);
      }
    });
  });

  it('refuses a name that is a path', async () => {
    for (const name of ['../x', '/etc', '.hidden', 'a/b', '', 'a\0b']) {
      expect(await failure(database.backUp(name, work())), name).to.be.instanceOf(RefusedError);
    }
  });

  describe('keeping backups', () => {
    const standing = async () => (await listBackups(backups)).map(({ name }) => name).sort();

    beforeEach(() => {
      for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) copyBackup(name, index + 1);
    });

    it('pushes out what is older than the newest verified ones, but nothing that is needed', async () => {
      for (const name of ['b', 'c', 'd', 'e']) appendFileSync(join(backups, name, 'verified.json'), '{}');
      const options = { keep: 2, needed: [{ name: 'b', because: 'a slot' }] };
      const went: string[] = [];
      const would = await retainBackups(backups, { ...options, dryRun: true, gone: (name) => went.push(name) });
      expect(would.goes).to.deep.equal(['a', 'c']);
      expect(await standing(), 'only said').to.have.length(5);
      expect(went).to.deep.equal([]);
      const did = await retainBackups(backups, { ...options, dryRun: false, gone: (name) => went.push(name) });
      expect(did).to.deep.equal(would);
      expect(went).to.deep.equal(['a', 'c']);
      expect(await standing()).to.deep.equal(['b', 'd', 'e']);
    });

    it('clears what a killed process had begun under any name, and leaves alone what another makes', async () => {
      for (const [folder, owner] of [
        ['.dead.making-abcdef', '999999999'],
        ['.lost.making-abcdef', undefined],
        ['.busy.making-abcdef', String(process.pid)],
      ] as const) {
        mkdirSync(join(backups, folder), { recursive: true });
        if (owner !== undefined) writeFileSync(join(backups, folder, 'owner'), owner);
      }
      await retainBackups(backups, { keep: 3, needed: [], dryRun: false });
      expect(readdirSync(backups).filter((name) => name.startsWith('.'))).to.deep.equal(['.busy.making-abcdef']);
      rmSync(join(backups, '.busy.making-abcdef'), { recursive: true });
    });

    it('lets no bad backup push out a good one', async () => {
      appendFileSync(join(backups, 'a', 'verified.json'), '{}');
      expect((await retainBackups(backups, { keep: 1, needed: [], dryRun: false })).goes).to.deep.equal([]);
      expect(await standing()).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    });

    function copyBackup(to: string, later: number): void {
      cpSync(join(`${backups}-pristine`, 'run-1', 'manifest.json'), join(backups, to, 'manifest.json'), {
        recursive: true,
      });
      const file = join(backups, to, 'manifest.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name: string; createdAt: string };
      const createdAt = new Date(Date.parse(manifest.createdAt) + later * 1_000).toISOString();
      writeFileSync(file, JSON.stringify({ ...manifest, name: to, createdAt }));
    }
  });

  describe('databases beside it', () => {
    const session = () => openMaintenance(server.address('superuser'), 'test');
    const noted = async (name: string, of: string): Promise<void> => {
      await server.query('superuser', `CREATE DATABASE ${name}`);
      await server.query('superuser', noting(name, { of, madeBy: 'a drill', at: '2026-01-01T10:00:00.000Z' }));
    };

    it('are told with what made them and who is at work on them, and only unused ones of this database go', async () => {
      const aside = await openAsideDatabase(server.address('superuser'), {
        purpose: 'test',
        madeBy: 'a check of run-1',
      });
      await noted('crossfade_aside_dead', 'shop');
      await noted('crossfade_aside_theirs', 'bakery');
      await server.query('superuser', 'CREATE DATABASE crossfade_aside_unknown');
      const leftovers = databaseLeftovers(() => Promise.resolve(server.address('superuser')));
      const listed = await leftovers.list();
      const told = listed.map(({ name, madeBy, neededBecause }) => ({ name, madeBy, neededBecause }));
      const working = { madeBy: 'a check of run-1', neededBecause: 'a session is at work on it' };
      expect(told).to.have.deep.members([
        { name: aside.address.database, ...working },
        { name: 'crossfade_aside_dead', madeBy: 'a drill', neededBecause: undefined },
        { name: 'crossfade_aside_unknown', madeBy: 'a process of which nothing is noted', neededBecause: undefined },
      ]);
      expect(listed.find(({ name }) => name === 'crossfade_aside_dead')?.since).to.equal('2026-01-01T10:00:00.000Z');
      expect(listed[0]?.bytes).to.be.above(1_000_000);
      const gone: string[] = [];
      await leftovers.sweep({ gone: (name) => gone.push(name), say: () => undefined });
      expect(gone).to.deep.equal(['crossfade_aside_dead', 'crossfade_aside_unknown']);
      await aside.remove();
      const whole = await session();
      expect(await sweepDatabases(whole), 'by whoever makes the next one').to.deep.equal(['crossfade_aside_theirs']);
      await whole.close();
      expect(await leftovers.list()).to.deep.equal([]);
    });
  });

  it('compares no checksum of a table of which rows came and went meanwhile, as those of a queue do', async () => {
    const asking = async <Answer>(ask: (session: Session) => Promise<Answer>): Promise<Answer> => {
      const session = await openSession(server.address('superuser'), { applicationName: 'test', readOnly: true });
      return ask(session).finally(() => session.close());
    };
    const reading = () =>
      asking(async (session) => {
        const [mark, counts] = [await markWrites(session), await countTables(session)];
        return { mark, counts, contents: await readContents(session, counts) };
      });
    type Read = Awaited<ReturnType<typeof reading>>;
    const wrong = (before: Read, after: Read): Promise<readonly string[]> =>
      asking(async (session) => {
        const contents = { before: before.contents, after: after.contents };
        // As counters say it that are late: nothing was written.
        const tables = rowBounds(before, { ...after, mark: before.mark });
        return (await compareRestored(session, { contents, tables }, await countTables(session))).wrong;
      });
    const come = () => server.query('app', 'INSERT INTO jobs DEFAULT VALUES');
    const go = () => server.query('app', 'DELETE FROM jobs');
    await go();
    const before = await reading();
    await come();
    await go();
    const after = await reading();
    expect(after.contents.checksums['public.jobs'], 'as it was').to.equal(before.contents.checksums['public.jobs']);
    await come();
    expect(await wrong(before, after), 'it moved in between').to.deep.equal([]);
    expect(await wrong(after, after), 'nothing came or went').to.deep.equal(['public.jobs has other rows than it had']);
    await go();
  });

  describe('fault 20: what a restore would lose', () => {
    it('counts the rows written since, per table, and the bytes of the log', async () => {
      await database.backUp('run-1', work());
      await server.query('app', "INSERT INTO orders (note) SELECT 'new' FROM generate_series(1, 37)");
      await server.query('app', 'UPDATE orders SET note = note WHERE id <= 5; DELETE FROM orders WHERE id IN (6, 7)');
      await until(
        async () => (await database.writesSince({ backup: 'run-1' })).tables?.['public.orders']?.deleted === 2,
      );
      const writes = await database.writesSince({ backup: 'run-1' });
      expect(writes.tables).to.deep.equal({ 'public.orders': { inserted: 37, updated: 5, deleted: 2 } });
      expect(writes.walBytes).to.be.above(2_000);
      expect(writes.seconds).to.be.within(0, 60);
    });

    it('is nothing where nothing was written', async () => {
      await database.backUp('run-1', work());
      expect((await database.writesSince({ backup: 'run-1' })).tables).to.deep.equal({});
    });

    it('is unknown, not nothing, after a crash has lost the counters', async () => {
      await database.backUp('run-1', work());
      await killPostmaster((await readServerRecord(server.directory))!.data);
      await server.restart();
      await server.query('app', "INSERT INTO orders (note) VALUES ('after')");
      const writes = await database.writesSince({ backup: 'run-1' });
      expect(writes.tables).to.equal(undefined);
      expect(writes.because).to.match(/^the counters began anew at /);
      expect(writes.walBytes).to.be.above(0);
    });
  });
});

/** Inserts, updates and deletes as fast as one connection can. */
function startLoad(client: Client) {
  let writes = 0;
  const ended = new AbortController();
  const working = (async () => {
    while (!ended.signal.aborted) {
      await client.query("INSERT INTO orders (note) VALUES ('load')");
      await client.query('INSERT INTO jobs DEFAULT VALUES');
      await client.query('DELETE FROM jobs WHERE id IN (SELECT id FROM jobs ORDER BY id LIMIT 1)');
      writes += 3;
    }
  })();
  return {
    writes: () => writes,
    stop: async () => {
      ended.abort();
      await working;
      return writes;
    },
  };
}

function largest(folder: string): string {
  const files = readdirSync(join(folder, 'base'), { recursive: true, encoding: 'utf8' }).map((name) =>
    join('base', name),
  );
  return files
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort((one, other) => statSync(join(folder, other)).size - statSync(join(folder, one)).size)[0]!;
}

/** False where this account may not mount. */
function flip(file: string): void {
  const content = readFileSync(file);
  content[4_000] = (content[4_000] ?? 0) ^ 1;
  writeFileSync(file, content);
}

/** The same files under other names: whatever is written into in place has to be `own` first. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { mode: statSync(from).mode & 0o777 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [here, there] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(here, there);
    else linkSync(here, there);
  }
}

function own(file: string): string {
  copyFileSync(file, `${file}.own`);
  renameSync(`${file}.own`, file);
  return file;
}
