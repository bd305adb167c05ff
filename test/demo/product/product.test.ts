import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { Client } from 'pg';
import { buildRelease } from '../../../demo/build.js';
import { startLoad } from '../../../demo/load/start-load.js';
import type { LoadSummary } from '../../../demo/load/lines.js';
import { releases } from '../../../demo/releases.js';
import { serverFolder } from '../../../platforms/local/host/postgres-files.js';
import { removeServer, startServer } from '../../../platforms/local/host/postgres-server.js';
import { postgresRoles, readPassword } from '../../../platforms/local/host/postgres-roles.js';
import { startService, type RunningService, type ServiceOptions } from './running-service.js';

describe('the demo product on a real PostgreSQL', function () {
  this.timeout(60_000);
  let folder: string;
  let owner: Client;
  let databaseUrl: string;
  const running = new Set<RunningService>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossfade-demo-'));
    const { host, port, name } = await startServer({ directory: folder, database: 'shop' });
    const urlOf = (role: 'owner' | 'app'): string =>
      `postgresql://${postgresRoles[role]}:${encodeURIComponent(readPassword(serverFolder(folder), role))}@${host}:${port}/${name}`;
    databaseUrl = urlOf('app');
    owner = new Client({ connectionString: urlOf('owner') });
    await owner.connect();
    for (const file of releases[0]!.migrations) await migrate(file);
    for (const traits of releases) await buildRelease(traits, join(folder, traits.version));
  });

  afterEach(async () => {
    for (const service of running) await service.stop('SIGKILL');
    running.clear();
    await owner.query('truncate orders, jobs, effects, refused_effects');
  });

  after(async () => {
    await owner.end();
    await removeServer({ directory: folder });
    await rm(folder, { recursive: true });
  });

  async function migrate(file: string): Promise<void> {
    await owner.query(await readFile(new URL(`../../../demo/product/migrations/${file}`, import.meta.url), 'utf8'));
  }

  async function start(
    version: string,
    service: string,
    options: Partial<ServiceOptions> = {},
  ): Promise<RunningService> {
    const started = await startService({
      folder: join(folder, version, service),
      colour: 'blue',
      databaseUrl,
      settings: { SHOP_NAME: 'Tea & more' },
      ...options,
    });
    running.add(started);
    return started;
  }

  async function ask(sql: string): Promise<unknown[][]> {
    return (await owner.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  }

  async function loadOn(url: string, perSecond: number, seconds: number): Promise<LoadSummary> {
    let seen = 0;
    const load = startLoad({ url, perSecond, onSecond: () => (seen += 1) });
    while (seen < seconds) await setTimeout(50);
    return load.stop();
  }

  it('says of every answer which release and slot gave it', async () => {
    const { url } = await start('1.0.0', 'web', { colour: 'green' });
    for (const path of ['/', '/healthz', '/nowhere']) {
      const response = await fetch(url + path);
      expect(response.headers.get('x-version'), path).to.equal('1.0.0');
      expect(response.headers.get('x-colour'), path).to.equal('green');
    }
    const health: unknown = await (await fetch(`${url}/healthz`)).json();
    expect(health).to.deep.equal({ version: '1.0.0', colour: 'green', digest: `sha256:${'0'.repeat(64)}` });
  });

  it('serves a page that loads nothing from elsewhere and shows settings as text', async () => {
    const { url } = await start('1.0.0', 'web');
    const html = await (await fetch(url)).text();
    expect(html).to.contain('<h1>Tea &#38; more</h1>');
    expect(html).to.not.match(/https?:|src=|href=/);
  });

  it('ends at once, and says why, when a required setting is missing', async () => {
    const error: unknown = await start('1.0.0', 'web', { settings: {} }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property('message').that.contains('the setting SHOP_NAME is missing');
  });

  it('takes an order together with its job, and gives it back to its customer only', async () => {
    const { url } = await start('1.0.0', 'api');
    const placed = await fetch(`${url}/api/orders`, {
      method: 'POST',
      body: JSON.stringify({ customer: 3, item: 'tea' }),
    });
    expect(placed.status).to.equal(201);
    const [mine, others] = await Promise.all(
      [3, 4].map(async (customer) => (await fetch(`${url}/api/orders?customer=${customer}`)).json()),
    );
    expect(mine).to.have.nested.property('orders[0].item', 'tea');
    expect(mine).to.not.have.nested.property('orders[0].currency');
    expect(others).to.have.property('orders').that.is.empty;
    expect(await ask('select count(*)::int from jobs join orders on orders.id = order_id')).to.deep.equal([[1]]);
  });

  it('refuses what is not an order with 400', async () => {
    const { url } = await start('1.0.0', 'api');
    for (const body of [
      '',
      '{',
      '[]',
      '{"customer":"3","item":"tea"}',
      '{"customer":1.5,"item":"tea"}',
      `"${'x'.repeat(20_000)}"`,
    ]) {
      expect((await fetch(`${url}/api/orders`, { method: 'POST', body })).status, body.slice(0, 20)).to.equal(400);
    }
    expect((await fetch(`${url}/api/orders?customer=x`)).status).to.equal(400);
    expect(await ask('select count(*)::int from orders')).to.deep.equal([[0]]);
  });

  it('finishes what it has begun when it is asked to stop, and takes nothing more', async () => {
    const service = await start('1.0.0', 'api');
    const slow = request(`${service.url}/api/orders`, { method: 'POST' });
    const answered = once(slow, 'response');
    slow.write('{"customer":1,');
    await once(slow, 'socket');
    await setTimeout(100);
    const ended = service.stop('SIGTERM');
    await setTimeout(100);
    const refused: unknown = await fetch(`${service.url}/healthz`).catch((reason: unknown) => reason);
    slow.end('"item":"tea"}');
    expect(refused).to.be.instanceOf(Error);
    const response = (await answered)[0] as IncomingMessage;
    expect(response).to.have.property('statusCode', 201);
    expect(response).to.have.nested.property('headers.connection', 'close');
    expect(await ended).to.equal(0);
    expect(await ask('select count(*)::int from orders')).to.deep.equal([[1]]);
  });

  it('holds up under load without one failed request', async () => {
    const { url } = await start('1.0.0', 'api');
    const { groups, requests } = await loadOn(url, 150, 3);
    const failures = groups.flatMap((group) => Object.entries(group.failures));
    // The page is another service's: its path is unknown here.
    expect(failures.map(([reason]) => reason)).to.deep.equal(['404']);
    const [[orders]] = (await ask('select count(*)::int from orders')) as [[number]];
    expect(orders / requests).to.be.within(0.06, 0.14);
  });

  it('of release 3 fails for every twentieth customer and for nobody else', async () => {
    const { url } = await start('3.0.0', 'api');
    await migrateOnce();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => (await fetch(`${url}/api/orders?customer=${index + 1}`)).status),
    );
    expect(statuses.flatMap((status, index) => (status === 200 ? [] : [index + 1]))).to.deep.equal([20, 40, 60]);
    expect(new Set(statuses)).to.deep.equal(new Set([200, 500]));
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
  });

  it('of release 4 takes about 60 % longer', async () => {
    const versions = ['1.0.0', '4.0.0'] as const;
    const times = { '1.0.0': [] as number[], '4.0.0': [] as number[] };
    const services = await Promise.all(versions.map((version) => start(version, 'web')));
    // Both are asked side by side, so that whatever else the machine does slows both down.
    for (let count = 0; count < 100; count += 1) {
      await Promise.all(
        versions.map(async (version, index) => {
          const began = performance.now();
          await (await fetch(services[index]!.url)).text();
          times[version].push(performance.now() - began);
        }),
      );
    }
    const median = (values: number[]): number => values.sort((one, other) => one - other)[50]!;
    expect(median(times['4.0.0']) / median(times['1.0.0'])).to.be.within(1.3, 1.8);
  });

  it('of release 5 answers its health check with 503', async () => {
    const { url } = await start('5.0.0', 'web');
    expect((await fetch(`${url}/healthz`)).status).to.equal(503);
  });

  it('of release 1 goes on after the migration of release 2', async () => {
    await migrateOnce();
    const [first, second] = await Promise.all([start('1.0.0', 'api'), start('2.0.0', 'api', { colour: 'green' })]);
    for (const { url } of [first, second]) {
      await fetch(`${url}/api/orders`, { method: 'POST', body: JSON.stringify({ customer: 9, item: 'tea' }) });
    }
    const seen: unknown = await (await fetch(`${second.url}/api/orders?customer=9`)).json();
    expect(seen).to.have.nested.property('orders[0].currency', 'EUR');
    expect(seen).to.have.nested.property('orders[1].currency', 'EUR');
  });

  async function migrateOnce(): Promise<void> {
    const [[there]] = (await ask(
      "select exists (select 1 from information_schema.columns where table_name = 'orders' and column_name = 'currency')",
    )) as [[boolean]];
    if (!there) await migrate('003_currency.sql');
  }

  describe('its worker', () => {
    async function queue(jobs: number): Promise<void> {
      await owner.query(
        `with placed as (insert into orders (customer, item) select n, 'tea' from generate_series(1, $1) n returning id)
                         insert into jobs (order_id) select id from placed`,
        [jobs],
      );
    }

    async function until(enough: number): Promise<void> {
      const deadline = performance.now() + 30_000;
      for (;;) {
        const [[done]] = (await ask('select count(*)::int from effects')) as [[number]];
        if (done >= enough) return;
        if (performance.now() > deadline) throw new Error(`only ${done} of ${enough} jobs were done`);
        await setTimeout(20);
      }
    }

    it('shares the queue with another: every job is done once, and its effect says by whom', async () => {
      await queue(300);
      const workers = await Promise.all([start('1.0.0', 'worker'), start('1.0.0', 'worker')]);
      await until(300);
      const byProcess = await ask('select process, count(*)::int from effects group by 1');
      expect(new Set(byProcess.map(([pid]) => pid))).to.deep.equal(new Set(workers.map(({ pid }) => pid)));
      expect(await ask('select distinct colour, version from effects')).to.deep.equal([['blue', '1.0.0']]);
      expect(await ask('select count(*)::int from refused_effects')).to.deep.equal([[0]]);
      expect(await ask('select count(*)::int from jobs where not done')).to.deep.equal([[0]]);
    });

    it('ends between two jobs when it is asked to stop', async () => {
      await queue(200);
      const worker = await start('1.0.0', 'worker');
      await until(5);
      expect(await worker.stop('SIGTERM')).to.equal(0);
      const [[done, effects]] = (await ask(
        'select (select count(*) from jobs where done)::int, (select count(*) from effects)::int',
      )) as [[number, number]];
      expect(done).to.equal(effects);
      expect(done).to.be.within(5, 199);
    });

    it('leaves a job that it was killed in to the next, which does it once', async () => {
      await queue(100);
      const killed = await start('1.0.0', 'worker');
      await until(5);
      expect(await killed.stop('SIGKILL')).to.equal('SIGKILL');
      await start('2.0.0', 'worker', { colour: 'green' });
      await until(100);
      expect(await ask('select colour, count(*) > 4 from effects group by 1 order by 1')).to.deep.equal([
        ['blue', true],
        ['green', true],
      ]);
      expect(await ask('select count(*)::int from refused_effects')).to.deep.equal([[0]]);
    });

    it('that does a job again is refused by the database, and that is kept', async () => {
      await queue(1);
      await owner.query(
        "insert into effects (job_id, colour, version, process) select id, 'green', '0.9.0', 1 from jobs",
      );
      await start('1.0.0', 'worker');
      const deadline = performance.now() + 10_000;
      let refused: unknown[][] = [];
      while (refused.length === 0 && performance.now() < deadline) {
        await setTimeout(20);
        refused = await ask('select colour, version from refused_effects limit 1');
      }
      expect(refused).to.deep.equal([['blue', '1.0.0']]);
      expect(await ask('select colour, count(*)::int from effects group by 1')).to.deep.equal([['green', 1]]);
    });
  });
});
