import { createRequire } from 'node:module';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { Client } from 'pg';
import { digestOf } from '../../contract/json.js';
import { migrationReviewSchema } from '../../contract/migration-review.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import type { Release } from '../../contract/release.js';
import { FolderStore } from '../../journal/folder-store.js';
import { saveOutputs } from '../../journal/outputs.js';
import { createRelease } from '../../journal/releases.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { localDatabaseAddress } from '../../platforms/local/database-address.js';
import { openLocal } from '../../platforms/local/open.js';
import { table } from '../../cli/print/table.js';
import { localProject, type LocalProject } from '../support/local-project.js';

const rows = 1_000_000;
const perSecond = 200;

/** Reads and changes one order a request; the health check asks nothing of the database. */
const shop = `
const { createServer } = require('node:http');
const { Pool } = require(${JSON.stringify(createRequire(import.meta.url).resolve('pg'))});
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 8 });
pool.on('error', () => undefined);
const server = createServer(async (request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  const id = 1 + Math.floor(Math.random() * ${rows});
  try {
    await pool.query('SELECT id, customer, amount FROM orders WHERE id = $1', [id]);
    await pool.query('UPDATE orders SET amount = amount + 1 WHERE id = $1', [id]);
    await pool.query('INSERT INTO orders (customer, amount) VALUES ($1, 1)', [id]);
    response.end(process.env.CROSSFADE_COLOUR);
  } catch (error) {
    response.statusCode = 500;
    response.end(error.message);
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => pool.end().then(() => process.exit(0))));
`;

const files = (migrations: Readonly<Record<string, string>>): Release['migrations'] =>
  Object.entries(migrations).map(([id, sql]) => ({ id, sql, phase: 'expand', checksum: digestOf(sql) }));

const first = {
  '001_orders.sql':
    'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer bigint NOT NULL, amount numeric NOT NULL, note text)',
};
/** Ten batches more, for the orders that users place before new ones get the default. */
const batches = Array.from(
  { length: rows / 10_000 + 10 },
  (_, batch) =>
    `UPDATE orders SET reference = gen_random_uuid() WHERE id > ${batch * 10_000} AND id <= ${(batch + 1) * 10_000};`,
);
const safe = {
  ...first,
  '002_reference.sql':
    'ALTER TABLE orders ADD COLUMN reference uuid;\nALTER TABLE orders ALTER COLUMN reference SET DEFAULT gen_random_uuid();',
  '003_index.sql': '-- crossfade: no-transaction\nCREATE INDEX CONCURRENTLY orders_customer ON orders (customer);',
  '004_fill.sql': `-- crossfade: no-transaction\n${batches.join('\n')}`,
};
const unsafe = {
  ...safe,
  '005_unsafe.sql': `ALTER TABLE orders ADD COLUMN ticket uuid DEFAULT gen_random_uuid();
CREATE INDEX orders_amount ON orders (amount);
UPDATE orders SET note = 'none';`,
};

describe(`a migration of ${rows} rows beside ${perSecond} requests a second, both slots serving`, function () {
  this.timeout(600_000);
  let project: LocalProject;
  let outputs: LocalOutputs;
  let platform: Platform;
  let store: FolderStore;
  const shown: string[][] = [['', 'gate', 'estimated', 'took', 'requests', 'failed', 'p99', 'longest']];

  before(async () => {
    const services = {
      api: { kind: 'routed', path: '/', command: ['node', 'server.cjs'], replicas: 2, stopWithin: '2s' },
    };
    const rules = { weights: [100], minimumRequests: 1, hold: '100ms', bake: '100ms', unknownFor: '20s' };
    project = await localProject(services, { rules, database: { name: 'shop' } });
    outputs = await project.upEnvironment();
    store = new FolderStore(join(project.place, 'store'));
    await saveOutputs(store, outputs);
    platform = openLocal(outputs, { engine: project.engine });
    await deployed('1.0.0', first);
    await asOwner(
      `INSERT INTO orders (customer, amount, note) SELECT n % 1000, n, 'order ' || n FROM generate_series(1, ${rows}) AS n`,
    );
    await asOwner('VACUUM ANALYZE orders');
    // A release is judged by users' requests: without any it would hold.
    const load = new Load(outputs.balancer.url);
    await deployed('1.0.1', first);
    await load.stop();
    await split();
  });
  after(async () => {
    console.log(
      table(shown)
        .map((line) => `      ${line}`)
        .join('\n'),
    );
    await project.remove();
  });

  it('fault 18: loses no request while it runs in the safe form', async () => {
    const release = await releaseOf('1.0.2', safe);
    const { verdict, seconds } = await reviewed(release);
    expect(verdict.answer, verdict.because).to.equal('yes');
    const load = new Load(outputs.balancer.url);
    await pause(2_000);
    const began = performance.now();
    const input = await project.input('1.0.2', { api: shop });
    await platform.database!.migrate(release, { ...input, release }, project.work);
    const took = performance.now() - began;
    await pause(2_000);
    const seen = await load.stop();
    shown.push(['safe', verdict.answer, `${seconds.toFixed(1)} s`, `${(took / 1_000).toFixed(1)} s`, ...seen.cells()]);
    expect(seen.failures).to.deep.equal([]);
    expect(seen.requests).to.be.above((perSecond * took) / 1_000 / 2);
    expect([...seen.colours].sort(), 'both slots served').to.deep.equal(['blue', 'green']);
    const { rows: left } = await asOwner('SELECT count(*)::int AS count FROM orders WHERE reference IS NULL');
    expect(left[0]!['count']).to.equal(0);
  });

  it('fault 18: is stopped by the gate in the unsafe form, which would have stalled them all', async () => {
    const release = await releaseOf('1.0.3', unsafe);
    const { verdict, codes, seconds } = await reviewed(release);
    expect(verdict.answer).to.equal('no');
    expect(codes).to.include.members([
      'rewrites-table',
      'index-blocks-writes',
      'changes-every-row',
      'lock-held-through',
    ]);
    await whole();
    const refused = await crossfade('deploy', 'local', '1.0.3');
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.contain('005_unsafe.sql:1 rewrites-table: orders is written anew');
    await split();

    const load = new Load(outputs.balancer.url);
    await pause(2_000);
    const began = performance.now();
    await asOwner(unsafe['005_unsafe.sql']);
    const took = performance.now() - began;
    await pause(2_000);
    const seen = await load.stop();
    shown.push([
      'unsafe',
      verdict.answer,
      `${seconds.toFixed(1)} s`,
      `${(took / 1_000).toFixed(1)} s`,
      ...seen.cells(),
    ]);
    expect(seen.longest, 'somebody waited for as long as it took').to.be.above(took / 2);
  });

  async function reviewed(release: Release) {
    const limits = { longestBlockMilliseconds: 1_000, liveMigrations: undefined };
    const verdict = await platform.migrationReview!.review(release, limits, new AbortController().signal);
    const { findings, acts } = migrationReviewSchema.parse(verdict.evidence);
    const codes = findings.filter(({ severity }) => severity === 'stop').map(({ code }) => code);
    return { verdict, codes, seconds: acts.reduce((sum, act) => sum + (act.seconds ?? 0), 0) };
  }

  async function releaseOf(version: string, migrations: Readonly<Record<string, string>>): Promise<Release> {
    const { release } = await project.input(version, { api: shop });
    const made = { ...release, migrations: files(migrations) };
    await createRelease(store, made);
    return made;
  }

  async function deployed(version: string, migrations: Readonly<Record<string, string>>): Promise<void> {
    await releaseOf(version, migrations);
    const said = await crossfade('deploy', 'local', version);
    expect(said.exitCode, said.all).to.equal(0);
  }

  const crossfade = (...words: string[]) =>
    execa(process.execPath, [join(project.compiled, 'bin/crossfade.js'), ...words], {
      cwd: project.folder,
      reject: false,
      all: true,
      timeout: 200_000,
    });

  const shift = async (blue: number) => {
    const { token } = await platform.traffic.read();
    await platform.traffic.shift({ blue, green: 100 - blue }, { expected: undefined, token });
  };
  const split = () => shift(50);
  const whole = () => shift(0);

  async function asOwner(sql: string) {
    const { host, port, database, user, password } = await localDatabaseAddress(outputs.directory, 'shop', 'owner');
    const client = new Client({ host, port, database, user, password: await password() });
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(sql);
    } finally {
      await client.end();
    }
  }
});

/** Requests at a constant rate, whatever the answers take. */
class Load {
  readonly failures: string[] = [];
  readonly colours = new Set<string>();
  readonly #milliseconds: number[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: string;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  constructor(url: string) {
    this.#url = url;
    const began = performance.now();
    this.#timer = setInterval(() => {
      // A late timer sends what is due.
      for (const due = ((performance.now() - began) / 1_000) * perSecond; this.#sent < due; this.#sent += 1)
        this.#send();
    }, 1_000 / perSecond);
  }

  get requests(): number {
    return this.#sent;
  }

  get longest(): number {
    return Math.max(...this.#milliseconds);
  }

  cells(): string[] {
    const sorted = [...this.#milliseconds].sort((one, other) => one - other);
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    return [
      String(this.#sent),
      String(this.failures.length),
      `${Math.round(p99)} ms`,
      `${Math.round(this.longest)} ms`,
    ];
  }

  /** No more are sent; resolves once all are answered. */
  async stop(): Promise<this> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.#agent.destroy();
    return this;
  }

  #send(): void {
    const began = performance.now();
    const sending = new Promise<void>((resolve) => {
      const done = (failure?: string) => {
        this.#milliseconds.push(performance.now() - began);
        if (failure !== undefined) this.failures.push(failure);
        resolve();
      };
      const asked = request(this.#url, { agent: this.#agent, timeout: 120_000 }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', (error) => done(error.message));
        response.on('end', () => {
          if (response.statusCode === 200) this.colours.add(text);
          done(response.statusCode === 200 ? undefined : `status ${String(response.statusCode)}: ${text}`);
        });
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer in 120 s')));
      asked.on('error', (error) => done(error.message));
      asked.end();
    }).finally(() => this.#open.delete(sending));
    this.#open.add(sending);
  }
}
