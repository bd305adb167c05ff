import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { systemClock } from '../../cli/run/system-clock.js';
import { parsedDatabaseBackupsSchema } from '../../contract/database-backups.js';
import { PlatformError } from '../../contract/errors.js';
import { localOutputsSchema, type LocalOutputs } from '../../contract/outputs.js';
import { serviceSchema } from '../../contract/service.js';
import { settingsOf } from '../../contract/settings.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Verdict } from '../../contract/verdict.js';
import { rehearseRelease } from '../../pipeline/rehearsal/rehearse-release.js';
import type { MigratedSince, Rehearsals } from '../../pipeline/ports/rehearsals.js';
import { artifactDigest } from '../../platforms/local/artifact-digest.js';
import { openLocalDatabase, type LocalDatabase } from '../../platforms/local/database.js';
import { localRehearsals } from '../../platforms/local/rehearsal/local-rehearsals.js';
import { postgresUrl } from '../../platforms/postgres/address.js';
import { clientProgramsOrSkip } from '../support/client-programs-or-skip.js';
import { failure, releaseOf, startEmbedded, until, work, type Embedded } from '../platforms/postgres/embedded.js';

/** Reads one column of the newest order; answers 500 with what PostgreSQL says where it can't. */
const service = (column: string): string => `
const { createServer } = require('node:http');
const { Client } = require(${JSON.stringify(createRequire(import.meta.url).resolve('pg'))});
createServer(async (request, response) => {
  if (request.url === '/healthz') return response.end('ok');
  const client = new Client({ connectionString: process.env.DATABASE_URL, application_name: 'api' });
  try {
    await client.connect();
    const { rows } = await client.query('SELECT ${column} AS value FROM orders ORDER BY id DESC LIMIT 1');
    response.end('found ' + rows[0].value + (process.env.CROSSFADE_REHEARSAL === '1' ? ' in a rehearsal' : ''));
  } catch (error) {
    response.statusCode = 500;
    response.end(error.message);
  } finally {
    await client.end().catch(() => undefined);
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

const api = serviceSchema.parse({
  kind: 'routed',
  path: '/',
  command: ['node', 'server.cjs'],
  health: { within: '20s', every: '50ms' },
  smoke: [{ path: '/orders', contains: 'in a rehearsal' }],
});

for (const kind of ['copy', 'dump', 'branch'] as const) {
  describe(`a rehearsal on a ${kind} of the database`, function () {
    this.timeout(120_000);
    let server: Embedded;
    let outputs: LocalOutputs;
    let database: LocalDatabase;
    let rehearsals: Rehearsals;

    const input = async (
      version: string,
      column: string,
      files: Readonly<Record<string, string>>,
    ): Promise<SlotInput> => {
      const draft = join(server.directory, `draft-${version}`);
      mkdirSync(draft, { recursive: true });
      writeFileSync(join(draft, 'server.cjs'), service(column));
      const digest = await artifactDigest(draft);
      cpSync(draft, join(outputs.artifacts, digest.replace('sha256:', '')), { recursive: true });
      const release = { ...releaseOf(files, version), artifacts: { api: { digest, reference: 'folder' } } };
      return { run: `run-${version}`, release, settings: settingsOf({ values: {}, secrets: {} }), replicas: {} };
    };
    const rehearsed = async (next: SlotInput, live?: SlotInput, since?: MigratedSince): Promise<Verdict> =>
      rehearseRelease({
        rehearsals,
        clock: systemClock,
        work: work(),
        services: outputs.services,
        backup: 'before',
        since,
        run: 'rehearsal-1',
        live,
        next,
        options: { contracting: [], contractBecause: 'on a copy' },
      });
    const left = async (): Promise<unknown[]> => {
      const { rows } = await server.query(
        'superuser',
        "SELECT datname FROM pg_database WHERE datname LIKE 'crossfade%'",
      );
      return [...rows, ...readdirSync(join(server.directory, 'rehearsals')), ...servicesOf(server.directory)];
    };

    before(async function () {
      if (kind === 'dump') await clientProgramsOrSkip(this);
      server = await startEmbedded();
      outputs = localOutputsSchema.parse({
        format: 1,
        environment: 'local',
        platform: 'local',
        directory: server.directory,
        artifacts: join(server.directory, 'artifacts'),
        services: { api },
        balancer: { url: 'http://127.0.0.1:1', adminSocket: '/nonexistent', testSocket: '/nonexistent' },
        database: null,
      });
      mkdirSync(outputs.artifacts, { recursive: true });
      const migrating = { artifactFolder: (digest: string) => join(outputs.artifacts, digest.replace('sha256:', '')) };
      database = openLocalDatabase({
        directory: server.directory,
        name: 'shop',
        ...migrating,
        ...(kind === 'branch'
          ? await servedElsewhere(server)
          : { backups: parsedDatabaseBackupsSchema.parse({ kind, lockTimeout: 5_000 }) }),
      });
      rehearsals = localRehearsals({ outputs, migrating, kind: () => Promise.resolve(database.kind) });
      await server.query(
        'owner',
        "CREATE TABLE orders (id bigserial PRIMARY KEY, note text); INSERT INTO orders (note) VALUES ('one')",
      );
      await database.backUp('before', work());
    });
    after(() => (server as Embedded | undefined)?.stop());
    afterEach(() => server.closeClients());

    it('is on the schema that the live release has, where the backup is from before that', async () => {
      const live = await input('1.1.0', 'price', { '1.sql': 'ALTER TABLE orders ADD COLUMN price int' });
      const next = await input('1.2.0', 'title', {
        '1.sql': 'ALTER TABLE orders ADD COLUMN price int',
        '2.sql': "ALTER TABLE orders ADD COLUMN title text DEFAULT 'none'",
      });
      const ofLive = ({ evidence }: Verdict): unknown =>
        (evidence['matrix'] as { app: string; because: string }[]).find(({ app }) => app === 'live')?.because;
      // What it can't pass before the migrations is not asked after them.
      expect(ofLive(await rehearsed(next, live))).to.equal('1 check');
      const good = await rehearsed(next, live, { input: live, options: {} });
      expect(good.answer, good.because).to.equal('yes');
      expect(ofLive(good)).to.equal('2 checks');
      expect(await left()).to.deep.equal([]);
    });

    it('is good where both releases work on the new schema, and says how long it took', async () => {
      const live = await input('1.0.0', 'note', {});
      const next = await input('2.0.0', 'title', {
        '1.sql': "ALTER TABLE orders ADD COLUMN title text DEFAULT 'none'",
      });
      const { answer, because, evidence } = await rehearsed(next, live);
      expect(because).to.match(
        /^on a copy the migrations took .*; the live release on the schema after them and the next/,
      );
      expect(because).to.contain(
        'for your knowledge, the next release on the schema before them: api GET /orders answered 500',
      );
      expect(answer).to.equal('yes');
      expect(evidence['matrix']).to.deep.include({ app: 'live', schema: 'after', answer: 'yes', because: '2 checks' });
      expect(evidence['migrateMilliseconds']).to.be.above(0);
      const { cloneMilliseconds, milliseconds } = evidence;
      process.stdout
        .write(`      ${kind}: copy ${JSON.stringify(cloneMilliseconds)} ms, all ${JSON.stringify(milliseconds)} ms
`);
      const { applied } = await database.migrations(next.release);
      expect(applied, 'the database itself').to.deep.equal([]);
      expect(await left()).to.deep.equal([]);
    });

    it('fault 17: finds a migration that the live release does not survive', async () => {
      const live = await input('1.0.0', 'note', {});
      const next = await input('2.1.0', 'text', { '1.sql': 'ALTER TABLE orders RENAME COLUMN note TO text' });
      const { answer, because } = await rehearsed(next, live);
      expect(answer).to.equal('no');
      expect(because).to.equal('the live release on the schema after them: api GET /orders answered 500, expected 200');
    });

    it('finds a release that does not work on its own schema', async () => {
      const next = await input('2.2.0', 'absent', { '1.sql': 'ALTER TABLE orders ADD COLUMN present text' });
      const { answer, because } = await rehearsed(next);
      expect(answer).to.equal('no');
      expect(because).to.contain('the next release on the schema after them: api GET /orders answered 500');
    });

    it('finds a migration that fails on the data that there is, and leaves nothing', async () => {
      const live = await input('1.0.0', 'note', {});
      const next = await input('2.3.0', 'note', {
        '1.sql': 'ALTER TABLE orders ALTER COLUMN note TYPE integer USING note::integer',
      });
      const failed = await failure(rehearsed(next, live));
      expect(failed).to.be.instanceOf(PlatformError);
      expect(failed.message).to.match(/^the migrations fail on a copy of the database: .*invalid input syntax/);
      expect(await left()).to.deep.equal([]);
    });

    it('tells how long somebody waits for a lock that a migration holds', async () => {
      const live = await input('1.0.0', 'note', {});
      const next = await input('2.4.0', 'note', {
        '1.sql':
          "ALTER TABLE orders ADD COLUMN slow text; SELECT pg_sleep(1.5); INSERT INTO orders (note) VALUES ('two')",
      });
      const { answer, because, evidence } = await rehearsed(next, live);
      expect(answer, because).to.equal('yes');
      expect(because).to.match(/a lock was waited for 1\.\d s/);
      expect(evidence['waits']).to.satisfy((waits: { relation: string; who: string }[]) =>
        waits.some(({ relation, who }) => relation === 'orders' && who === 'service'),
      );
    });

    it('is swept with its services where its process was killed', async () => {
      const live = await input('1.0.0', 'note', {});
      const rehearsal = await rehearsals.open('before', 'killed', work());
      await rehearsal.start?.(live, 'after', work());
      expect(servicesOf(server.directory)).to.have.length(1);
      const [folder] = readdirSync(join(server.directory, 'rehearsals'));
      writeFileSync(join(server.directory, 'rehearsals', folder ?? '', 'owner'), '999999999');
      expect(await rehearsals.sweep()).to.deep.equal([folder]);
      await until(() => Promise.resolve(servicesOf(server.directory).length === 0));
      await rehearsal.remove();
      expect(await left()).to.deep.equal([]);
    });
  });
}

/** The same server by its URLs, and a service that keeps branches of its database. */
async function servedElsewhere(server: Embedded) {
  const roles = { url: 'app', ownerUrl: 'superuser', readerUrl: 'reader' } as const;
  const given = { url: '', ownerUrl: '', readerUrl: '' };
  for (const [key, role] of Object.entries(roles) as [keyof typeof roles, (typeof roles)[keyof typeof roles]][]) {
    writeFileSync(join(server.directory, `${role}.url`), await postgresUrl(server.address(role)), { mode: 0o600 });
    given[key] = `file:${role}.url`;
  }
  const admin = await postgresUrl(server.address('superuser', 'postgres'));
  writeFileSync(join(server.directory, 'admin.url'), admin, { mode: 0o600 });
  const command = [process.execPath, fileURLToPath(new URL('../support/branches-stand-in.mjs', import.meta.url))];
  const commands = { create: command, restore: command, delete: command, list: command };
  const branches = { ...commands, secrets: { ADMIN_URL: 'file:admin.url' }, within: 20_000 };
  return { given, backups: parsedDatabaseBackupsSchema.parse({ kind: 'branch', lockTimeout: 5_000, branches }) };
}

/** Processes whose environment says that they belong to a rehearsal below this folder. */
function servicesOf(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`CROSSFADE_DIRECTORY=${directory}/rehearsals/`);
    } catch {
      return false;
    }
  });
}
