import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { IntegrityError, RefusedError } from '../../../contract/errors.js';
import { readServerRecord } from '../../../platforms/local/host/postgres-files.js';
import { postmasterOf, stopPostmaster } from '../../../platforms/local/host/postgres-process.js';
import { openLocalDatabase, type LocalDatabase } from '../../../platforms/local/database.js';
import { failure, releaseOf, startEmbedded, work, type Embedded } from '../postgres/embedded.js';

const run = 'local-20260101t100000z-abcdef';
const other = 'local-20260101t100000z-bcdefg';

describe('restoring the local database beside itself', function () {
  this.timeout(300_000);
  let server: Embedded;
  let database: LocalDatabase;
  let backups: string;

  before(async () => {
    server = await startEmbedded();
    backups = join(server.directory, 'backups');
    database = openLocalDatabase({ directory: server.directory, name: 'shop', artifactFolder: () => '/nonexistent' });
    await server.query('owner', 'CREATE TABLE orders (id bigserial PRIMARY KEY, note text)');
    await add(100);
    await database.backUp('before', work());
    await add(7);
  });
  // Back to the 107 rows and the one backup that each test begins with, whatever it has made beside them.
  afterEach(async () => {
    for (const { run: restored } of [...(await record()).kept].reverse())
      await database.restores.switchBack(restored, work());
    for (const each of [run, other]) await database.restores.remove(each);
    rmSync(join(backups, 'again'), { recursive: true, force: true });
    expect(await rows()).to.equal(107);
  });
  after(async () => {
    for (const each of await places()) await stopPostmaster(each, 20_000);
    await server.stop();
  });

  const add = (count: number): Promise<unknown> =>
    server.query('app', `INSERT INTO orders (note) SELECT 'x' FROM generate_series(1, ${count})`);
  const rows = async (): Promise<unknown> =>
    (await server.query('app', 'SELECT count(*)::int AS n FROM orders')).rows[0]?.['n'];
  const record = async () => (await readServerRecord(server.directory))!;
  const places = async (): Promise<string[]> => {
    const { data, kept } = await record();
    return [data, ...kept.map((each) => each.data)];
  };
  const release = (files: Record<string, string>) => releaseOf(files);

  it('makes it beside, checks it, and is used after one switch on the port that slots know; what was there is kept', async () => {
    const before = await record();
    await database.restores.beside('before', run, work());
    expect(await rows(), 'nothing has changed yet').to.equal(107);
    const verdict = await database.restores.verify('before', run, release({}), work());
    expect(verdict.because).to.match(/1 tables with 100 rows$/);
    expect(await rows()).to.equal(107);
    expect(await database.restores.inUse(run)).to.equal(false);

    await database.restores.switchTo(run, work());
    expect(await rows()).to.equal(100);
    expect(await database.restores.inUse(run)).to.equal(true);
    await add(1);
    const after = await record();
    expect(after.port).to.equal(before.port);
    expect(after.kept.map(({ data, run: by }) => ({ data, run: by }))).to.deep.equal([{ data: before.data, run }]);
    expect(existsSync(join(before.data, 'PG_VERSION'))).to.equal(true);
    expect(postmasterOf(before.data), 'the one before is stopped').to.equal(undefined);

    await database.restores.switchBack(run, work());
    expect(await rows()).to.equal(107);
    expect((await record()).kept).to.deep.equal([]);
    await database.restores.remove(run);
    expect(await places()).to.deep.equal([before.data]);
    expect(readdirSync(join(before.data, '..')).filter((name) => name.startsWith('restored-'))).to.deep.equal([]);
  });

  it('does each of its steps once, however often it is asked', async () => {
    await database.restores.beside('before', run, work());
    const first = await record();
    expect(await database.restores.beside('before', run, work())).to.have.property('backup', 'before');
    for (let times = 0; times < 2; times += 1) await database.restores.switchTo(run, work());
    await database.restores.beside('before', run, work());
    expect((await record()).kept).to.have.length(1);
    expect(await rows()).to.equal(100);
    for (let times = 0; times < 2; times += 1) await database.restores.switchBack(run, work());
    expect(await record()).to.deep.equal(first);
    for (let times = 0; times < 2; times += 1) await database.restores.remove(run);
    expect(await rows()).to.equal(107);
  });

  it('does not remove what slots use', async () => {
    await database.restores.beside('before', run, work());
    await database.restores.switchTo(run, work());
    expect(await failure(database.restores.remove(run))).to.be.instanceOf(RefusedError);
    expect(await rows()).to.equal(100);
  });

  it('restores a second time beside a restored one', async () => {
    await database.restores.beside('before', run, work());
    await database.restores.switchTo(run, work());
    await add(3);
    await database.backUp('again', work());
    await add(5);
    await database.restores.beside('again', other, work());
    await database.restores.switchTo(other, work());
    expect(await rows()).to.equal(103);
    expect((await record()).kept).to.have.length(2);
    const kept = await database.restores.kept?.();
    expect(kept?.map(({ name, was }) => `${name} ${was}`)).to.deep.equal([
      `kept-before-${run} before`,
      `kept-before-${other} before`,
    ]);
    expect(kept?.every(({ bytes = 0 }) => bytes > 1_000_000)).to.equal(true);
    await database.restores.switchBack(other, work(), { keep: true });
    expect(await rows()).to.equal(108);
    await database.restores.remove(other);
    expect((await database.restores.kept?.())?.map(({ name }) => name)).to.deep.equal([
      `kept-before-${run}`,
      `kept-after-${other}`,
    ]);
    await database.restores.drop?.(`kept-after-${other}`);
    expect(readdirSync(join((await record()).data, '..')).filter((name) => name.includes(other))).to.deep.equal([]);
  });

  it('refuses a backup whose files are not what they were, and leaves nothing', async () => {
    const { data } = await record();
    const files = join(backups, 'before', 'data', 'base', '1');
    const file = join(
      files,
      readdirSync(files).find((name) => /^\d+$/.test(name))!,
    );
    const whole = readFileSync(file);
    truncateSync(file, 100);
    const failed = await failure(database.restores.beside('before', run, work()));
    writeFileSync(file, whole);
    expect(failed).to.be.instanceOf(IntegrityError);
    expect(failed.message).to.match(/backup before: base\/1\/\d+ has/);
    expect(readdirSync(join(data, '..')).filter((name) => name.startsWith('restored-'))).to.deep.equal([]);
    expect(await rows()).to.equal(107);
  });

  it('begins anew what a killed process has left half made', async () => {
    const { data, account } = await record();
    const left = join(data, '..', `restored-${run}.making`);
    await database.restores.beside('before', run, work());
    rmSync(join(data, '..', `restored-${run}`), { recursive: true });
    mkdirSync(left);
    writeFileSync(join(left, 'half'), 'x');
    expect(account === null || account.uid > 0).to.equal(true);
    await database.restores.beside('before', run, work());
    expect(existsSync(left)).to.equal(false);
    expect(existsSync(join(data, '..', `restored-${run}`, 'half'))).to.equal(false);
  });

  it('says no when the release that is to use it needs migrations that the backup has not', async () => {
    await database.restores.beside('before', run, work());
    const needs = release({ '001_more.sql': 'SELECT 1', 'contract:002_less.sql': 'SELECT 1' });
    const verdict = await database.restores.verify('before', run, needs, work());
    expect(verdict.answer).to.equal('no');
    expect(verdict.because).to.contain('needs 001_more.sql, which the backup has not');
  });

  it('comes back from a server that was stopped on the way', async () => {
    await database.restores.beside('before', run, work());
    await stopPostmaster((await record()).data, 20_000);
    await database.restores.switchBack(run, work());
    expect(await rows()).to.equal(107);
    await stopPostmaster((await record()).data, 20_000);
    await database.restores.switchTo(run, work());
    expect(await rows()).to.equal(100);
  });

  it('counts what a mark has not seen, without the ledger of migrations, and names these', async () => {
    const mark = await database.mark();
    await add(4);
    await database.migrate(releaseOf({ '001_more.sql': 'ALTER TABLE orders ADD COLUMN more int' }), input(), work());
    const deadline = performance.now() + 20_000;
    let since = await database.writesSince({ mark });
    while (since.tables?.['public.orders']?.inserted !== 4 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      since = await database.writesSince({ mark });
    }
    expect(since.tables).to.deep.equal({ 'public.orders': { inserted: 4, updated: 0, deleted: 0 } });
    expect(since.migrations).to.deep.equal(['001_more.sql']);
    await server.query('app', 'DELETE FROM orders WHERE id > 107');
  });
});

function input() {
  return {
    run: 'run-1',
    release: releaseOf({}),
    settings: { hash: `sha256:${'0'.repeat(64)}`, values: {}, secrets: {} },
    replicas: {},
  };
}
