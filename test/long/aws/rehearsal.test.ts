import { DeleteDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { ask } from '../../../platforms/postgres/ask.js';
import { sdkTargets } from '../../../platforms/aws/sdk-targets.js';
import { snapshotServers, type SnapshotServers } from '../../support/aws/snapshot-servers.js';
import { AwsRig } from '../../support/aws/aws-rig.js';
import { environmentOf, serve, type TaskEnvironment } from '../../support/aws/running-tasks.js';

const stock = 'CREATE TABLE stock (id int); ALTER TABLE stock OWNER TO crossfade_owner';

/**
 * Behind the instance that the program made is a real PostgreSQL; behind what is made of a snapshot another, on a copy of
 * its files from before the first release.
 */
describe('crossfade rehearse, by the command line on an environment in moto', function () {
  this.timeout(600_000);
  let rig: AwsRig;
  let postgres: SnapshotServers;
  let rds: RDSClient;
  let second: string;

  before(async () => {
    postgres = await snapshotServers(stock);
    rig = await AwsRig.open({ servers: postgres.servers, weights: [100], databaseRules: { rehearsal: 'ahead' } });
    rds = new RDSClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    await mkdir(join(rig.folder, 'sql'));
  });
  after(async () => {
    (rds as RDSClient | undefined)?.destroy();
    await (rig as AwsRig | undefined)?.close();
    await (postgres as SnapshotServers | undefined)?.close();
  });

  const releaseWith = async (file: string, sql: string): Promise<string> => {
    await writeFile(join(rig.folder, 'sql', file), sql);
    return rig.release({ migrations: 'sql' });
  };
  const deploy = (version: string) => rig.crossfade('deploy', 'production', version);
  const rehearse = (...words: string[]) => rig.crossfade('rehearse', 'production', ...words);
  const tables =
    "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname <> 'crossfade_migrations'";
  const expectNothingBeside = async (): Promise<void> => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances.map((each) => each.DBInstanceIdentifier)).to.deep.equal([rig.database!.outputs.identifier]);
  };

  it('is asked for before every deploy with migrations but the first', async () => {
    const first = await deploy(await releaseWith('001_orders.sql', 'CREATE TABLE orders (id int PRIMARY KEY);\n'));
    expect(first.exitCode, first.all).to.equal(0);
    second = await releaseWith('002_parcels.sql', 'CREATE TABLE parcels (id int PRIMARY KEY);\n');
    const refused = await deploy(second);
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.contain(`'crossfade rehearse production ${second}' rehearses it`);
  });

  it('applies the migrations to an instance of the newest snapshot, deletes it, and says what it did not try', async () => {
    const tried = await rehearse(second, '--dry-run');
    expect(tried.all).to.match(/^would rehearse \S+ on a copy of before-production-/m);
    const { calls } = rig.proxy;
    calls.length = 0;
    const good = await rehearse(second, '--json');
    expect(good.exitCode, good.all).to.equal(0);
    const said = JSON.parse(good.stdout) as { because: string; evidence: Record<string, unknown> };
    expect(said.because).to.match(/^on a copy the migrations took .+; neither release was started on it: /);
    expect(said.evidence).to.have.property('migrateMilliseconds').that.is.above(0);
    expect(said.evidence).not.to.have.property('waits');
    const changes = calls.filter((call) => /^(Restore|Modify|Delete|Put|Create|Register|RunTask)/.test(call));
    expect(changes).to.deep.equal(['RestoreDBInstanceFromDBSnapshot', 'ModifyDBInstance', 'DeleteDBInstance']);
    await expectNothingBeside();
    expect(await ask(await postgres.copied(), tables)).to.equal('orders parcels stock');
    const inUse = await postgres.made.query('superuser', tables);
    expect(Object.values(inUse.rows[0] as object)).to.deep.equal(['orders stock']);
  });

  it('lets the deploy pass', async () => {
    const passed = await deploy(second);
    expect(passed.exitCode, passed.all).to.equal(0);
  });

  it('fails where a migration does, with nothing left and nothing on record that a deploy would accept', async () => {
    const bad = await releaseWith('003_bad.sql', 'CREATE TABLE bad AS SELECT 1 / 0 AS never;\n');
    const failed = await rehearse(bad);
    expect(failed.exitCode, failed.all).not.to.equal(0);
    expect(failed.all).to.contain('the migrations fail on a copy of the database: ');
    expect(failed.all).to.contain('division by zero');
    await expectNothingBeside();
    expect((await deploy(bad)).exitCode).to.equal(3);
  });

  it('is refused for a release without migrations, before anything is made', async () => {
    const { calls } = rig.proxy;
    calls.length = 0;
    const refused = await rehearse(await rig.release());
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.contain('has no migrations to rehearse');
    expect(calls).not.to.include('RestoreDBInstanceFromDBSnapshot');
  });
});

/** The same environment where the program made what tasks on a copy need: they are real services, on the real copy. */
describe('crossfade rehearse with releases, by the command line on an environment in moto', function () {
  this.timeout(900_000);
  let rig: AwsRig;
  let postgres: SnapshotServers;
  let rds: RDSClient;
  let secrets: SecretsManagerClient;
  let live: string;
  let second: string;
  const started: { readonly family: string; readonly environment: TaskEnvironment }[] = [];
  let addresses = 0;

  before(async () => {
    // moto's copies are all one server: each rehearsal below finds what the last one left in it.
    postgres = await snapshotServers(stock);
    // No rule is written: with rehearsals on, `ahead` is what is usual.
    rig = await AwsRig.open({ servers: postgres.servers, weights: [100], rehearsals: true });
    rds = new RDSClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    rig.world.runs = async (definition) => {
      const task = await environmentOf(definition, secrets);
      started.push(task);
      const { family, environment } = task;
      if (family.endsWith('_rehearse')) return migrateItself(environment);
      addresses += 1;
      return serve(family, `127.0.1.${addresses}`, environment, async (client) => {
        const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM orders');
        if (rows[0]?.count === '0') throw new Error('there are no orders');
        if (environment['CROSSFADE_VERSION'] === second) await client.query('SELECT note FROM orders');
      });
    };
    await mkdir(join(rig.folder, 'sql'));
  });
  after(async () => {
    (rds as RDSClient | undefined)?.destroy();
    (secrets as SecretsManagerClient | undefined)?.destroy();
    await (rig as AwsRig | undefined)?.close();
    await (postgres as SnapshotServers | undefined)?.close();
  });

  const releaseWith = async (file: string, sql: string): Promise<string> => {
    await writeFile(join(rig.folder, 'sql', file), sql);
    return rig.release({ migrations: 'sql' });
  };
  const rehearse = (...words: string[]) => rig.crossfade('rehearse', 'production', ...words);
  const instances = async (): Promise<string[]> => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map((each) => each.DBInstanceIdentifier ?? '').sort();
  };
  const expectNothingBeside = async (): Promise<void> => {
    expect(await instances()).to.deep.equal([rig.database!.outputs.identifier]);
    expect(rig.world.running()).to.deep.equal([]);
    for (const group of Object.values(rig.balancer.rehearsalGroups)) {
      expect(await sdkTargets({ region: 'eu-central-1', endpoint: rig.moto.url }).in(group)).to.deep.equal([]);
    }
  };
  interface Said {
    readonly answer: string;
    readonly because: string;
    readonly evidence: { readonly matrix: { app: string; schema: string; answer: string; because: string }[] };
  }

  it('is what a deploy with migrations asks for, but a first one', async () => {
    live = await releaseWith(
      '001_orders.sql',
      'CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (1);\n',
    );
    const first = await rig.crossfade('deploy', 'production', live);
    expect(first.exitCode, first.all).to.equal(0);
    expect(first.all).to.not.contain('rehearse');
    second = await releaseWith('002_note.sql', "ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT '';\n");
    const refused = await rig.crossfade('deploy', 'production', second);
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.contain(`'crossfade rehearse production ${second}' rehearses it`);
  });

  it('asks both releases on both schemas, on a copy that only their tasks find, and leaves nothing', async () => {
    rig.proxy.calls.length = 0;
    const good = await rehearse(second, '--json');
    expect(good.exitCode, good.all).to.equal(0);
    const { because, evidence } = JSON.parse(good.stdout) as Said;
    expect(evidence.matrix.map(({ app, schema, answer }) => [app, schema, answer])).to.deep.equal([
      ['next', 'before', 'no'],
      ['live', 'after', 'yes'],
      ['next', 'after', 'yes'],
    ]);
    expect(evidence.matrix[0]?.because).to.contain('api GET /api/healthz answered 500');
    expect(because).to.match(/^on a copy the migrations took .+ work; for your knowledge, /);
    expect(evidence).to.have.property('meanwhile').that.includes({ failed: 0 });
    const changes = rig.proxy.calls.filter((call) =>
      /^(Restore|Modify|Delete|Put|Run|Stop|Register|Deregister)/.test(call),
    );
    const order = changes.filter((call, index) => call !== changes[index - 1]);
    expect(order.slice(0, 4)).to.deep.equal([
      'RestoreDBInstanceFromDBSnapshot',
      'ModifyDBInstance',
      'PutSecretValue',
      'RegisterTaskDefinition',
    ]);
    expect(order.at(-1)).to.equal('DeleteDBInstance');
    expect(changes.filter((call) => call === 'PutSecretValue')).to.have.length(1);
    expect(started).to.have.length(6);
    const { port } = await postgres.copied();
    for (const { environment } of started) {
      expect(environment).to.include({ CROSSFADE_REHEARSAL: '1', SECRET_KEY: 'x'.repeat(64) });
      expect(JSON.parse(environment['DATABASE'] ?? '')).to.include({ port });
    }
    await expectNothingBeside();
    expect(
      (await postgres.made.query('superuser', 'SELECT * FROM orders')).fields.map(({ name }) => name),
    ).to.deep.equal(['id']);
  });

  it('lets the deploy pass', async () => {
    const passed = await rig.crossfade('deploy', 'production', second);
    expect(passed.exitCode, passed.all).to.equal(0);
  });

  it('finds a migration that the live release does not survive, whatever is read in its SQL', async () => {
    const bad = await releaseWith('003_tidy.sql', 'DELETE FROM orders;\n');
    const found = await rehearse(bad, '--json');
    expect(found.exitCode, found.all).to.equal(3);
    const { answer, because } = JSON.parse(found.stdout) as Said;
    expect(answer).to.equal('no');
    expect(because).to.contain('the live release on the schema after them: api GET /api/healthz answered 500');
    await expectNothingBeside();
    expect((await rig.crossfade('deploy', 'production', bad)).exitCode).to.equal(3);
    await copyOf("INSERT INTO orders VALUES (1); DELETE FROM crossfade_migrations WHERE id = '003_tidy.sql'");
    await rm(join(rig.folder, 'sql', '003_tidy.sql'));
  });

  it('runs a release’s own tool there, as the owner of the copy', async () => {
    started.length = 0;
    const own = await rig.release({ migrate: 'api=["node","up.js"]' });
    const good = await rehearse(own, '--json');
    expect(good.exitCode, good.all).to.equal(0);
    const tool = started.find(({ family }) => family.endsWith('_rehearse'));
    expect(tool?.environment).to.include({ PGHOST: 'localhost', PGDATABASE: 'shop', CROSSFADE_REHEARSAL: '1' });
    expect(await ask(await postgres.copied(), "SELECT to_regclass('by_the_tool')::text")).to.equal('by_the_tool');
    expect((await postgres.made.query('superuser', "SELECT to_regclass('by_the_tool') AS made")).rows[0]).to.deep.equal(
      {
        made: null,
      },
    );
    await expectNothingBeside();
  });

  it('that was killed keeps others out until its copy is removed, and then its tasks are stopped', async () => {
    const third = await releaseWith('004_parcels.sql', 'CREATE TABLE parcels (id int PRIMARY KEY);\n');
    const killed = rehearse(third);
    await untilRunning(rig, 2);
    killed.kill('SIGKILL');
    await killed;
    expect(rig.world.running().length).to.be.above(0);
    const refused = await rehearse(third);
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all).to.contain('another rehearsal is under way: ');
    const [, DBInstanceIdentifier = ''] = /--db-instance-identifier (\S+) /.exec(refused.all) ?? [];
    expect(await instances()).to.include(DBInstanceIdentifier);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
    const again = await rehearse(third);
    expect(again.exitCode, again.all).to.equal(0);
    expect(again.all).to.match(/^stopped arn:aws:ecs:\S+, which an earlier process had left$/m);
    await expectNothingBeside();
  });

  it('leaves nothing where somebody interrupts it', async () => {
    const fourth = await releaseWith('005_carts.sql', 'CREATE TABLE carts (id int PRIMARY KEY);\n');
    const interrupted = rehearse(fourth);
    await untilRunning(rig, 2);
    interrupted.kill('SIGINT');
    const { exitCode, all } = await interrupted;
    expect(exitCode, all).not.to.equal(0);
    await expectNothingBeside();
  });

  const copyOf = async (sql: string): Promise<void> => {
    const { host, port, database, user, password } = await postgres.copied();
    const client = new Client({ host, port, database, user, password: await password() });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
});

/** Where the rules want it in each deploy, whatever that takes. */
describe('a deploy that rehearses in itself, on an environment in moto', function () {
  this.timeout(900_000);
  let rig: AwsRig;
  let postgres: SnapshotServers;
  let secrets: SecretsManagerClient;
  let addresses = 0;

  before(async () => {
    postgres = await snapshotServers(stock);
    const options = { weights: [100], rehearsals: true, databaseRules: { rehearsal: 'deploy' } };
    rig = await AwsRig.open({ servers: postgres.servers, ...options });
    secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    rig.world.runs = async (definition) => {
      const { family, environment } = await environmentOf(definition, secrets);
      addresses += 1;
      return serve(family, `127.0.2.${addresses}`, environment, async (client) => {
        await client.query('SELECT count(*) FROM stock');
      });
    };
    await mkdir(join(rig.folder, 'sql'));
    await writeFile(join(rig.folder, 'sql', '001_orders.sql'), 'CREATE TABLE orders (id int PRIMARY KEY);\n');
  });
  after(async () => {
    (secrets as SecretsManagerClient | undefined)?.destroy();
    await (rig as AwsRig | undefined)?.close();
    await (postgres as SnapshotServers | undefined)?.close();
  });

  it('is gone on with after it was killed there: with a new copy, and nothing left of the one before', async () => {
    const killed = rig.crossfade('deploy', 'production', await rig.release({ migrations: 'sql' }));
    await untilRunning(rig, 2);
    killed.kill('SIGKILL');
    await killed;
    const resumed = await rig.crossfade('resume', 'production');
    expect(resumed.exitCode, resumed.all).to.equal(0);
    expect(resumed.all).to.match(/rehearse the migrations on a copy, with both releases/);
    expect(rig.world.running()).to.deep.equal([]);
    const rds = new RDSClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    rds.destroy();
    expect(DBInstances).to.have.length(1);
    const { rows } = await postgres.made.query('superuser', "SELECT to_regclass('orders')::text AS made");
    expect(rows).to.deep.equal([{ made: 'orders' }]);
  });
});

/** So many tasks at once. */
async function untilRunning(rig: AwsRig, count: number): Promise<void> {
  const end = Date.now() + 120_000;
  while (rig.world.running().length < count && Date.now() < end) await pause(20);
  expect(rig.world.running()).to.have.length(count);
}

/** As a release's own tool does, by what libpq reads. */
async function migrateItself(environment: TaskEnvironment): Promise<undefined> {
  const client = new Client({
    host: environment['PGHOST'],
    port: Number(environment['PGPORT']),
    database: environment['PGDATABASE'],
    user: environment['PGUSER'],
    password: environment['PGPASSWORD'],
  });
  await client.connect();
  await client.query('CREATE TABLE by_the_tool (id int)');
  await client.end();
}
