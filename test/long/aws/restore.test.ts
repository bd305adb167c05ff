import { expect } from 'chai';
import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '../../../platforms/postgres/migrate.js';
import { releaseOf, startEmbedded, work, type Embedded } from '../../platforms/postgres/embedded.js';
import { AwsRig } from '../../support/aws/aws-rig.js';
import { copyTo } from '../../support/aws/rig-database.js';

const home = 'eu-central-1';
const orders = { '001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (7), (8);\n' };

/**
 * moto keeps instances, snapshots and secrets, and runs no database. Behind the instance that the program made, and
 * behind the one that is restored beside it, is a real PostgreSQL each; the second holds what the snapshot would.
 */
describe('a rollback of the database, by the command line on an environment in moto', function () {
  this.timeout(900_000);
  let rig: AwsRig;
  let made: Embedded;
  let restored: Embedded;

  before(async function () {
    this.timeout(600_000);
    [made, restored] = await Promise.all([startEmbedded(), startEmbedded()]);
    // Shares are deploy.test.ts's.
    rig = await AwsRig.open({ servers: { made, restored }, weights: [100] });
    await mkdir(join(rig.folder, 'sql'));
    for (const [name, sql] of Object.entries(orders)) await writeFile(join(rig.folder, 'sql', name), sql);
  });
  after(async () => {
    await rig.close();
    await Promise.all([made.stop(), restored.stop()]);
  });

  const deploy = async () => rig.crossfade('deploy', 'production', await rig.release({ migrations: 'sql' }));
  const backups = async (): Promise<readonly string[]> => {
    const shown = await rig.crossfade('rollback', 'production', '--database', '--json');
    expect(shown.exitCode, shown.all).to.equal(0);
    const { prices } = JSON.parse(shown.stdout) as { prices: readonly { backup: { name: string } }[] };
    return prices.map(({ backup }) => backup.name);
  };
  /** By name, oldest first, with the instance that each is of. */
  const snapshotsIn = async (region: string): Promise<ReadonlyMap<string, string>> => {
    const rds = new RDSClient({ region, endpoint: rig.moto.url });
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
    rds.destroy();
    const time = (at: Date | undefined): number => at?.getTime() ?? 0;
    const oldestFirst = DBSnapshots.sort((one, other) => time(one.SnapshotCreateTime) - time(other.SnapshotCreateTime));
    return new Map(oldestFirst.map((each) => [each.DBSnapshotIdentifier ?? '', each.DBInstanceIdentifier ?? '']));
  };
  const namesIn = async (region: string): Promise<readonly string[]> => [...(await snapshotsIn(region)).keys()];
  const count = async (server: Embedded): Promise<number> => {
    const { rows } = await server.query('superuser', 'SELECT count(*)::int AS count FROM orders');
    return Number(rows[0]?.['count']);
  };

  it('takes a snapshot, migrates by SQL where it reaches the database, and shifts', async () => {
    const first = await deploy();
    expect(first.exitCode, first.all).to.equal(0);
    expect(await count(made)).to.equal(2);
    const second = await deploy();
    expect(second.exitCode, second.all).to.equal(0);
    expect(await rig.live()).to.equal('green');
    expect(await backups()).to.have.length(2);
    expect(await namesIn(home)).to.have.length(2);
    expect(await namesIn(copyTo), 'each is copied to the other region').to.deep.equal(await namesIn(home));
  });

  it('shows what a restore would lose, and refuses one whose loss nobody typed', async () => {
    await made.query('superuser', 'INSERT INTO orders SELECT generate_series(100, 104)');
    const [newest = ''] = await backups();
    const untyped = await rig.crossfade(
      'rollback',
      'production',
      '--database',
      '--restore',
      newest,
      '--because',
      'bad',
    );
    expect(untyped.exitCode, untyped.all).to.equal(2);
    expect(untyped.all).to.match(/5 rows/);
    const wrong = await rig.crossfade(
      ...['rollback', 'production', '--database', '--restore', newest, '--because', 'bad', '--lose', '1 row'],
    );
    expect(wrong.exitCode, wrong.all).to.equal(3);
    expect(await rig.maintenance()).to.deep.equal({ on: false, endsBy: undefined });
    expect((await rig.database!.login())['port']).to.equal(made.port);
  });

  it('fault 20: restores beside, switches the login, restarts the slots, and lets users in again', async () => {
    // What the snapshot holds: the tables and the ledger as the first release has left them.
    await migrate(restored.address('superuser'), releaseOf(orders, '1.1.0'), { run: 'run-1' }, work());
    const [newest = ''] = await backups();
    await rig.settle();
    const { calls } = rig.proxy;
    calls.length = 0;
    rig.world.generations.clear();
    const back = await rig.crossfade(
      ...['rollback', 'production', '--database', '--restore', newest, '--because', 'bad', '--lose', '5 rows'],
    );
    expect(back.exitCode, back.all).to.equal(0);
    expect(calls.filter((call) => call === 'RestoreDBInstanceFromDBSnapshot')).to.have.length(1);
    expect(calls.filter((call) => call === 'PutSecretValue')).to.have.length(1);
    // The page comes before the restore, and goes after the switch and the restart.
    const order = ['CreateSchedule', 'RestoreDBInstanceFromDBSnapshot', 'PutSecretValue', 'DeleteSchedule'];
    expect(calls.filter((call) => order.includes(call) && call !== 'DeleteSchedule')).to.deep.equal(order.slice(0, 3));
    expect(calls.slice(calls.indexOf('PutSecretValue'))).to.include.members(['UpdateService', 'DeleteSchedule']);
    expect(calls.slice(0, calls.indexOf('PutSecretValue'))).to.not.include('DeleteSchedule');
    const restarted = ['api-blue', 'web-blue', 'api-green', 'web-green'];
    expect([...rig.world.generations].sort()).to.deep.equal(restarted.sort().map((service) => [service, 1]));
    expect(await rig.database!.login()).to.deep.include({
      host: 'localhost',
      port: restored.port,
      username: 'shop_app',
    });
    expect(await count(restored)).to.equal(2);
    expect(await count(made), 'what is left behind stays as it was').to.equal(7);
    expect(await rig.maintenance()).to.deep.equal({ on: false, endsBy: undefined });
    expect(await rig.live(), 'and the traffic is at the release before').to.equal('blue');
    const { rows } = await restored.query('superuser', "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'shop_app'");
    expect(rows).to.deep.equal([{ rolcanlogin: true }]);
  });

  it('goes on with the restored one: the next deploy’s snapshot is of it', async () => {
    const next = await deploy();
    expect(next.exitCode, next.all).to.equal(0);
    expect(await rig.live()).to.equal('green');
    const instances = [...(await snapshotsIn(home)).values()];
    const { identifier, snapshots } = rig.database!.outputs;
    expect(instances.slice(0, 2)).to.deep.equal([identifier, identifier]);
    expect(instances[2]).to.match(new RegExp(`^${snapshots.prefix}-[0-9a-f]{12}$`));
  });

  it('fault 22: migrates nothing when the snapshot fails', async () => {
    await writeFile(join(rig.folder, 'sql', '002_notes.sql'), 'CREATE TABLE notes (id int PRIMARY KEY);\n');
    const version = await rig.release({ migrations: 'sql' });
    await rig.settle();
    rig.proxy.befall('DescribeDBSnapshots', failedSnapshot, 10_000);
    const failed = await rig.crossfade('deploy', 'production', version);
    rig.proxy.calm();
    expect(failed.exitCode, failed.all).to.be.oneOf([3, 4]);
    expect(failed.all).to.match(/snapshot \S+ failed: nothing was migrated/);
    expect(failed.all).to.contain('aws rds describe-events');
    const { rows } = await restored.query('superuser', "SELECT to_regclass('public.notes') AS notes");
    expect(rows).to.deep.equal([{ notes: null }]);
    expect(await rig.live()).to.equal('green');
    const again = await rig.crossfade('deploy', 'production', version);
    expect(again.exitCode, again.all).to.equal(0);
  });

  it('prunes what is beyond the policy, oldest first, and nothing that a slot stands on', async () => {
    const [first, second, ofGreen, failed, ofBlue, ...more] = await namesIn(home);
    expect(more, 'one for each run, the failed one too').to.deep.equal([]);
    const copied = [first, second, ofGreen, ofBlue];
    expect(await namesIn(copyTo), 'a snapshot that failed is not copied').to.deep.equal(copied);
    const dry = await rig.crossfade('backups', 'prune', 'production', '--dry-run', '--json');
    expect(dry.exitCode, dry.all).to.equal(0);
    const would = JSON.parse(dry.stdout) as { removed: readonly string[]; stays: readonly { name: string }[] };
    const { identifier } = rig.database!.outputs;
    expect(would).to.deep.include({ changed: false, swept: [] });
    expect(would.stays, 'five backups, and the instance that the restore has left').to.have.length(6);
    expect(would.stays.at(-1)).to.deep.include({ name: identifier });
    const there = (name: string | undefined): string => `${name ?? ''} in ${copyTo}`;
    expect(would.removed).to.deep.equal([first, second, there(first), there(second)]);
    expect(await namesIn(home), 'a dry run deletes nothing').to.have.length(5);
    expect(await namesIn(copyTo)).to.have.length(4);
    const pruned = await rig.crossfade('backups', 'prune', 'production', '--json');
    expect(pruned.exitCode, pruned.all).to.equal(0);
    expect((JSON.parse(pruned.stdout) as typeof would).removed).to.deep.equal(would.removed);
    // Two are kept, and beyond them the one that green stands on.
    expect(await namesIn(home)).to.deep.equal([ofGreen, failed, ofBlue]);
    expect(await namesIn(copyTo)).to.deep.equal([ofGreen, ofBlue]);
    const again = await rig.crossfade('backups', 'prune', 'production');
    expect(again.all).to.match(/6 stay, 0 went/);
  });
});

const failedSnapshot = {
  kind: 'answered',
  body: (asked: string) => {
    const name = /DBSnapshotIdentifier=([^&]+)/.exec(asked)?.[1];
    const snapshot = `<DBSnapshot><DBSnapshotIdentifier>${name ?? ''}</DBSnapshotIdentifier><Status>failed</Status></DBSnapshot>`;
    return `<DescribeDBSnapshotsResponse><DescribeDBSnapshotsResult><DBSnapshots>${name === undefined ? '' : snapshot}</DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>`;
  },
} as const;
