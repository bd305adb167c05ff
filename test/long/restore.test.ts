import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { FolderStore } from '../../journal/folder-store.js';
import { saveOutputs } from '../../journal/outputs.js';
import { createRelease } from '../../journal/releases.js';
import { digestOf } from '../../contract/json.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import { localProject, type LocalProject } from '../support/local-project.js';

/** Counts and writes orders; PostgreSQL's driver is the checkout's own. */
const orders = (driver: string) => `
const { createServer } = require('node:http');
const { Pool } = require(${JSON.stringify(driver)});
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
pool.on('error', () => undefined);
const server = createServer(async (request, response) => {
  try {
    if (request.url === '/healthz') return response.end('ok');
    if (request.method === 'POST') await pool.query('INSERT INTO orders DEFAULT VALUES');
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM orders');
    response.end(process.env.CROSSFADE_VERSION + ' ' + rows[0].n);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

const services = {
  api: {
    kind: 'routed',
    path: '/',
    command: ['node', 'server.cjs'],
    stopWithin: '2s',
    health: { within: '20s', every: '100ms' },
    smoke: [{ path: '/' }],
  },
};
const rules = { weights: [100], hold: '100ms', minimumRequests: 1, unknownFor: '10s', bake: '100ms' };

describe('a restore of the database by the command line', function () {
  this.timeout(600_000);
  let project: LocalProject;
  let outputs: LocalOutputs;

  before(async () => {
    project = await localProject(services, { database: { name: 'shop' }, rules });
    outputs = await project.upEnvironment();
    await saveOutputs(new FolderStore(join(project.place, 'store')), outputs);
  });
  after(() => project.remove());

  const crossfade = (...words: string[]) =>
    execa(process.execPath, [join(project.compiled, 'bin/crossfade.js'), ...words], {
      cwd: project.folder,
      reject: false,
      all: true,
      timeout: 240_000,
    });
  const ask = async (method = 'GET'): Promise<{ status: number; text: string }> => {
    const answer = await fetch(outputs.balancer.url, { method, signal: AbortSignal.timeout(20_000) });
    return { status: answer.status, text: await answer.text() };
  };
  const release = async (version: string): Promise<void> => {
    const driver = join(import.meta.dirname, '../../node_modules/pg/lib/index.js');
    const { release: made } = await project.input(version, { api: `${orders(driver)}// ${version}\n` });
    const sql = 'CREATE TABLE orders (id bigserial PRIMARY KEY)';
    const migrations = [{ id: '001_orders.sql', checksum: digestOf(sql), phase: 'expand' as const, sql }];
    await createRelease(new FolderStore(join(project.place, 'store')), { ...made, migrations });
  };

  it('is priced, refused for a wrong number, done for the right one, and can be looked at afterwards', async () => {
    for (const version of ['1.0.0', '2.0.0']) {
      await release(version);
      // A release under judgement needs users.
      const users = setInterval(() => void ask().catch(() => undefined), 20);
      const deployed = await crossfade('deploy', 'local', version).finally(() => clearInterval(users));
      expect(deployed.exitCode, deployed.all).to.equal(0);
    }
    for (let count = 0; count < 5; count += 1) expect((await ask('POST')).status).to.equal(200);
    expect((await ask()).text).to.equal('2.0.0 5');

    const on = await crossfade('maintenance', 'on', 'local', '--because', 'orders are garbled', '--for', '10m');
    expect(on.exitCode, on.all).to.equal(0);
    expect(await ask('POST')).to.have.property('status', 503);
    expect((await crossfade('status', 'local')).all).to.match(/PAGE ON .*orders are garbled/);

    // A session that has fallen idle reports what it wrote within ten seconds.
    let shown = await crossfade('rollback', 'local', '--database');
    for (let tries = 0; tries < 15 && !shown.all.includes('lost: 5 rows'); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      shown = await crossfade('rollback', 'local', '--database');
    }
    expect(shown.exitCode, shown.all).to.equal(0);
    expect(shown.all, shown.all).to.contain('lost: 5 rows written in 1 table');
    expect(shown.all).to.contain('public.orders: 5 inserted, 0 updated, 0 deleted');
    const [, backup = ''] = /--restore (\S+) --lose "5 rows"/.exec(shown.all) ?? [];
    expect(backup).to.match(/^before-local-/);
    expect((await crossfade('status', 'local')).all).to.contain(`restoring ${backup} would lose 5 rows`);

    const without = await crossfade('rollback', 'local', '--database', '--restore', backup);
    expect(without.exitCode, without.all).to.equal(2);
    const wrong = await crossfade('rollback', 'local', '--database', '--restore', backup, '--lose', '4 rows');
    expect(wrong.exitCode, wrong.all).to.equal(3);
    expect(wrong.all).to.contain('5 rows would be lost now, 4 rows were acknowledged');

    const done = await crossfade('rollback', 'local', '--database', '--restore', backup, '--lose', '5 rows');
    expect(done.exitCode, done.all).to.equal(0);
    expect(await ask(), 'the page was on before and stays on').to.have.property('status', 503);
    expect((await crossfade('maintenance', 'off', 'local')).exitCode).to.equal(0);
    expect((await ask()).text).to.equal('1.0.0 0');
    expect((await ask('POST')).text).to.equal('1.0.0 1');
    expect((await crossfade('audit', 'verify', '--environment', 'local')).exitCode).to.equal(0);
  });
});
