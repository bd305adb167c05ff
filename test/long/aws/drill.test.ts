import { AddTagsToResourceCommand, DescribeDBInstancesCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds';
import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { snapshotServers, type SnapshotServers } from '../../support/aws/snapshot-servers.js';
import { AwsRig, speed } from '../../support/aws/aws-rig.js';

const stock = `
  CREATE TABLE stock (id serial PRIMARY KEY, name text NOT NULL);
  ALTER TABLE stock OWNER TO crossfade_owner;
  INSERT INTO stock (name) SELECT 'part ' || n FROM generate_series(1, 1000) AS n;
`;
const orders = 'CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (7), (8);\n';
const hour = 3_600_000;

/**
 * moto keeps instances, snapshots and secrets, and runs no database. Behind the instance that the program made is a real
 * PostgreSQL; behind what is made of the first release's snapshot another, on a copy of its files from that moment.
 */
describe('crossfade drill restore, by the command line on an environment in moto', function () {
  this.timeout(600_000);
  let rig: AwsRig;
  let postgres: SnapshotServers;
  let rds: RDSClient;

  before(async () => {
    postgres = await snapshotServers(stock);
    rig = await AwsRig.open({ servers: postgres.servers, weights: [100], databaseRules: { restoreDrill: '24h' } });
    rds = new RDSClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    await mkdir(join(rig.folder, 'sql'));
    await writeFile(join(rig.folder, 'sql', '001_orders.sql'), orders);
  });
  after(async () => {
    (rds as RDSClient | undefined)?.destroy();
    await (rig as AwsRig | undefined)?.close();
    await (postgres as SnapshotServers | undefined)?.close();
  });

  const deploy = async () => rig.crossfade('deploy', 'production', await rig.release({ migrations: 'sql' }));
  const drill = (...words: string[]) => rig.crossfade('drill', 'restore', 'production', ...words);
  const beside = async (): Promise<readonly DBInstance[]> => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.filter((each) => each.DBInstanceIdentifier !== rig.database!.outputs.identifier);
  };
  const named = (instances: readonly DBInstance[]) => instances.map((each) => each.DBInstanceIdentifier ?? '');

  it('is asked for before the second release', async () => {
    const first = await deploy();
    expect(first.exitCode, first.all).to.equal(0);
    const second = await deploy();
    expect(second.exitCode, second.all).to.equal(3);
    expect(second.all).to.contain("no restore drill was good yet: 'crossfade drill restore production' makes one");
  });

  it('makes an instance of the newest snapshot, compares, deletes it, and is on record', async () => {
    const tried = await drill('--dry-run');
    expect(tried.all).to.match(/^would restore before-production-\S+ of 20\S+, \d+ bytes, aside$/m);
    const { calls } = rig.proxy;
    calls.length = 0;
    const good = await drill('--json');
    expect(good.exitCode, good.all).to.equal(0);
    const record = JSON.parse(good.stdout) as { evidence: Record<string, unknown> };
    expect(record).to.include({ environment: 'production', answer: 'yes' });
    expect(record.evidence).to.include({ rows: 1_000, compared: true, removed: true });
    for (const number of ['checksums', 'sequences', 'owners', 'extensions'])
      expect(record.evidence[number], number).to.be.above(0);
    const changes = calls.filter((call) => /^(Restore|Modify|Delete|Put|Create)/.test(call));
    expect(changes).to.deep.equal(['RestoreDBInstanceFromDBSnapshot', 'ModifyDBInstance', 'DeleteDBInstance']);
    expect(await beside()).to.deep.equal([]);
    const said = await drill();
    expect(said.all).to.match(/^good: before-production-\S+ of 20\S+, restored and compared in .+$/m);
    expect((await rig.crossfade('status', 'production')).all).to.match(/was restored in /);
  });

  it('leaves an instance only when it is killed, which a later one deletes once nobody can be at work on it', async () => {
    const { calls } = rig.proxy;
    calls.length = 0;
    const killed = drill();
    const end = Date.now() + 60_000;
    while (!calls.includes('RestoreDBInstanceFromDBSnapshot') && Date.now() < end) await pause(5);
    killed.kill('SIGKILL');
    await killed;
    const [left, ...others] = await beside();
    expect(others).to.deep.equal([]);
    expect(left?.DBInstanceIdentifier).to.match(/-[0-9a-f]{7}-copy$/);
    expect((await drill()).exitCode).to.equal(0);
    expect(named(await beside()), 'somebody may be at work on it').to.deep.equal(named([left ?? {}]));
    const listed = async () => (await rig.crossfade('backups', 'list', 'production')).stdout;
    const row = (ending: string) =>
      new RegExp(`^ {2}${left?.DBInstanceIdentifier ?? ''} +by a drill of run .*${ending}`, 'm');
    expect(await listed()).to.match(row('stays: who made it may be at work on it, for .* more'));
    const long = new Date(Date.now() - 7 * hour * speed).toISOString();
    const Tags = [{ Key: 'crossfade:since', Value: long }];
    await rds.send(new AddTagsToResourceCommand({ ResourceName: left?.DBInstanceArn, Tags }));
    expect(await listed()).to.match(row("goes with the next 'crossfade backups prune'"));
    const later = await drill();
    expect(later.exitCode, later.all).to.equal(0);
    expect(later.all).to.contain(`removed ${left?.DBInstanceIdentifier ?? ''}, which an earlier process had left`);
    expect(await beside()).to.deep.equal([]);
  });

  it('lets the second release pass, and is not good with a snapshot that holds less than it must', async () => {
    const second = await deploy();
    expect(second.exitCode, second.all).to.equal(0);
    const bad = await drill();
    expect(bad.exitCode, bad.all).to.equal(3);
    expect(bad.all).to.match(/^NOT GOOD: before-production-\S+ of /m);
    expect(bad.all).to.match(/public\.orders is missing/);
    expect(await beside()).to.deep.equal([]);
    const { rows } = await postgres.made.query('superuser', 'SELECT count(*)::int AS count FROM orders');
    expect(rows, 'what is in use is as it was').to.deep.equal([{ count: 2 }]);
  });
});
