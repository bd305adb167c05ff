import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { PlatformError, RefusedError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import type { Release } from '../../../contract/release.js';
import { settingsOf } from '../../../contract/settings.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import { readPassword } from '../../../platforms/local/host/postgres-roles.js';
import { stopServer } from '../../../platforms/local/host/postgres-server.js';
import { openLocalDatabase, type LocalDatabase } from '../../../platforms/local/database.js';
import { postgresUrl } from '../../../platforms/postgres/address.js';
import { failure, releaseOf, startEmbedded, until, work, type Embedded } from '../postgres/embedded.js';

describe('the local database as a platform port', function () {
  this.timeout(120_000);
  let server: Embedded;
  let database: LocalDatabase;
  let artifact: string;

  before(async () => {
    server = await startEmbedded();
    artifact = join(server.directory, 'artifact');
    mkdirSync(artifact);
    database = openLocalDatabase({ directory: server.directory, name: 'shop', artifactFolder: () => artifact });
  });
  after(() => server.stop());

  it('tells what is applied, missing and differing', async () => {
    expect(await database.migrations(releaseOf({ '1.sql': 'SELECT 1' }))).to.deep.equal({
      applied: [],
      missing: ['1.sql'],
      differing: [],
      contracted: [],
    });
    const release = releaseOf({ '1.sql': 'CREATE TABLE orders (id int)', '2.sql': 'SELECT 2' });
    const evidence = await database.migrate(release, inputOf(release), work());
    expect(evidence).to.deep.include({ applied: ['1.sql', '2.sql'], alreadyIn: 0 });
    const next = releaseOf({ '2.sql': 'SELECT 22', '3.sql': 'SELECT 3' });
    expect(await database.migrations(next)).to.deep.equal({
      applied: ['1.sql', '2.sql'],
      missing: ['3.sql'],
      differing: ['2.sql'],
      contracted: [],
    });
  });

  it('asks as one who can only read', async () => {
    expect(await database.ask('SELECT count(*) FROM orders')).to.equal('0');
    expect(await database.ask('SELECT current_user')).to.equal('crossfade_reader');
    expect(await database.askRows('SELECT current_user')).to.deep.equal([['crossfade_reader']]);
    expect(await failure(database.ask('INSERT INTO orders VALUES (1)'))).to.be.instanceOf(PlatformError);
  });

  it("runs the release's own tool in the artifact's folder, the URL of the owner in its environment alone", async () => {
    const release = withTool(`
      const { Client } = require(${JSON.stringify(resolve('node_modules/pg'))});
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      client.connect()
        .then(() => client.query('CREATE TABLE by_tool (id int)'))
        .then(() => { console.log('done by', process.env.GREETING, process.argv.length); return client.end(); });
    `);
    const listening = work();
    const evidence = await database.migrate(release, inputOf(release), listening);
    expect(await database.ask("SELECT tableowner FROM pg_tables WHERE tablename = 'by_tool'")).to.equal(
      'crossfade_owner',
    );
    expect(listening.said).to.include('  done by hello 2');
    expect(evidence['command']).to.have.keys('milliseconds', 'outputBytes', 'changed');
    expect(JSON.stringify([evidence, listening.said])).not.to.include(
      readPassword(join(server.directory, 'postgres'), 'owner'),
    );
  });

  it('notices a tool that ends well and has changed nothing, and fails where that was not to be', async () => {
    const nothing = { ...withTool("console.log('Already up to date.')"), version: '2.0.5' };
    const listening = work();
    const evidence = await database.migrate(nothing, inputOf(nothing), listening);
    expect(evidence['command']).to.have.property('changed', false);
    const said = './migrate.cjs ended well and changed nothing: neither the schema nor its own table of versions';
    expect(listening.said).to.include(said);
    const must = { ...nothing, version: '2.1.0', migrate: { ...nothing.migrate!, mustChange: true } };
    const failed = await failure(database.migrate(must, inputOf(must), work()));
    expect(failed).to.be.instanceOf(PlatformError);
    expect(failed.message).to.equal(said);
  });

  it('takes a row in its table of versions for a change, and a second run of the same release for what it is', async () => {
    await server.query('owner', 'CREATE TABLE schema_migrations (version text)');
    const release = withTool(`
      const { Client } = require(${JSON.stringify(resolve('node_modules/pg'))});
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      client.connect()
        .then(() => client.query("INSERT INTO schema_migrations SELECT '7' WHERE NOT EXISTS (SELECT FROM schema_migrations)"))
        .then(() => client.end());
    `);
    const must = { ...release, version: '2.2.0', migrate: { ...release.migrate!, mustChange: true } };
    const first = await database.migrate(must, inputOf(must), work());
    expect(first['command']).to.have.property('changed', true);
    const again = await database.migrate(must, inputOf(must), work());
    expect(again['command'], 'as after a crash').to.have.property('changed', false);
  });

  it('stops a tool whose statement keeps others waiting for too long', async () => {
    await server.query('owner', 'CREATE TABLE busy (id int)');
    const release = withTool(`
      const { Client } = require(${JSON.stringify(resolve('node_modules/pg'))});
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      client.connect()
        .then(() => client.query('BEGIN; LOCK TABLE busy; SELECT pg_sleep(60)'))
        .catch((error) => { console.error(error.message); process.exit(1); });
    `);
    const migrating = failure(database.migrate(release, inputOf(release), work(), { blockAtMostMilliseconds: 700 }));
    await until(
      async () =>
        (await database.ask(
          "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'busy'::regclass",
        )) === '1',
    );
    const began = performance.now();
    await server.query('app', 'SELECT count(*) FROM busy');
    expect(performance.now() - began, 'whoever waited goes on').to.be.below(10_000);
    const failed = await migrating;
    expect(failed.message).to.match(
      /^its statement was stopped: 1 session \(.*\) waited for it, the longest for [\d.]+ s/,
    );
    expect(failed.message).to.contain('canceling statement due to user request');
    await server.query('owner', 'DROP TABLE busy');
  });

  it('tells the tool from services that use its role: they are who waits, and none of theirs is stopped', async () => {
    const variable = 'CROSSFADE_TEST_ONE_ROLE';
    process.env[variable] = await postgresUrl(server.address('owner'));
    const url = `env:${variable}`;
    const shared = openLocalDatabase({
      directory: server.directory,
      name: 'shop',
      artifactFolder: () => artifact,
      given: { url, ownerUrl: url, readerUrl: url },
    });
    try {
      await server.query('owner', 'CREATE TABLE busy (id int); CREATE TABLE calm (id int)');
      const service = await server.client('owner', 'a service');
      const release = withTool(`
        const { Client } = require(${JSON.stringify(resolve('node_modules/pg'))});
        const client = new Client({ connectionString: process.env.DATABASE_URL });
        client.connect()
          .then(() => client.query('BEGIN; LOCK TABLE busy; SELECT pg_sleep(60)'))
          .catch((error) => { console.error(error.message); process.exit(1); });
      `);
      const listening = work();
      const migrating = failure(shared.migrate(release, inputOf(release), listening, { blockAtMostMilliseconds: 700 }));
      const locked = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = ";
      await until(async () => (await database.ask(`${locked}'busy'::regclass`)) === '1');
      const later = await server.client('owner', 'a service');
      const own = later.query('BEGIN; LOCK TABLE calm; SELECT pg_sleep(2); COMMIT');
      await until(async () => (await database.ask(`${locked}'calm'::regclass`)) === '1');
      const user = server.query('app', 'SELECT 1 WHERE EXISTS (SELECT FROM calm) OR true').catch(() => undefined);
      await service.query('SELECT count(*) FROM busy');
      expect((await migrating).message).to.match(/^its statement was stopped: 1 session \(a service\) waited for it/);
      await own;
      await user;
      expect(listening.said.join('\n')).to.match(/1 other session of the role that migrates: only what is named/);
    } finally {
      Reflect.deleteProperty(process.env, variable);
      await server.closeClients();
      await server.query('owner', 'DROP TABLE IF EXISTS busy, calm');
    }
  });

  it('gives the tool the secrets of its release', async () => {
    const withSecrets = openLocalDatabase({
      directory: server.directory,
      name: 'shop',
      artifactFolder: () => artifact,
      environmentOf: () => Promise.resolve({ TOKEN: 'sesame' }),
    });
    const release = withTool("process.exit(process.env.TOKEN === 'sesame' && process.env.DATABASE_URL ? 0 : 9)");
    expect(await withSecrets.migrate(release, inputOf(release), work())).to.have.property('command');
  });

  it('fails as the tool does', async () => {
    const release = withTool("console.error('no such column'); process.exit(7)");
    const failed = await failure(database.migrate(release, inputOf(release), work()));
    expect(failed).to.be.instanceOf(PlatformError);
    expect(failed.message).to.match(/ended with code 7; it last said: no such column$/);
  });

  it('fails when the tool ends well but leaves an invalid index', async () => {
    await server.query('owner', 'CREATE TABLE twice (id int); INSERT INTO twice VALUES (1), (1)');
    const release = withTool(`
      const { Client } = require(${JSON.stringify(resolve('node_modules/pg'))});
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      client.connect().then(() => client.query('CREATE UNIQUE INDEX CONCURRENTLY once ON twice (id)')).catch(() => {}).then(() => client.end());
    `);
    const failed = await failure(database.migrate(release, inputOf(release), work()));
    expect(failed.message).to.equal('the migration ended well but left invalid indexes: public.once');
    expect(failed.hint).to.equal('DROP INDEX CONCURRENTLY public.once;');
    await server.query('owner', 'DROP TABLE twice');
  });

  it('refuses a tool of a service that the release does not have', async () => {
    const release: Release = { ...releaseOf({}), migrate: { service: 'api', command: ['true'] } };
    expect(await failure(database.migrate(release, inputOf(release), work()))).to.be.instanceOf(RefusedError);
  });

  it('keeps the tool from running beside another migration', async () => {
    const slow = releaseOf({ '9.sql': 'SELECT pg_sleep(1)' });
    const first = database.migrate(slow, inputOf(slow), work());
    await until(
      async () =>
        (await database.ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")) === '1',
    );
    const release = withTool("console.log('now')");
    const listening = work();
    await database.migrate(release, inputOf(release), listening);
    await first;
    expect(listening.said[0]).to.match(/^waiting for another migration: process \d+ \(crossfade migrate run-7/);
  });

  it('says whether it answers, also when it does not', async () => {
    expect((await database.reachable()).answer).to.equal('yes');
    await stopServer({ directory: server.directory });
    const verdict = await database.reachable();
    await server.restart();
    expect(verdict.answer).to.equal('no');
    expect(verdict.because).to.match(/^database shop on 127\.0\.0\.1:\d+ doesn't answer: connect ECONNREFUSED/);
  });

  it('has nothing to say where no server was ever created', async () => {
    const nowhere = openLocalDatabase({
      directory: join(server.directory, 'nowhere'),
      name: 'shop',
      artifactFolder: () => artifact,
    });
    expect((await nowhere.reachable()).answer).to.equal('no');
    expect(await failure(nowhere.backUp('a', work()))).to.be.instanceOf(PlatformError);
  });

  function withTool(script: string): Release {
    writeFileSync(join(artifact, 'migrate.cjs'), `#!${process.execPath}\n${script}`);
    chmodSync(join(artifact, 'migrate.cjs'), 0o755);
    const artifacts = { api: { digest: digestOf('api'), reference: 'api' } };
    return { ...releaseOf({}), artifacts, migrate: { service: 'api', command: ['./migrate.cjs'] } };
  }

  function inputOf(release: Release): SlotInput {
    return {
      run: 'run-7',
      release,
      settings: settingsOf({ values: { GREETING: 'hello' }, secrets: {} }),
      replicas: {},
    };
  }
});
