import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clone } from '../../../platforms/local/backup/backup-kind.js';
import { openLocalDatabase } from '../../../platforms/local/database.js';
import { ask } from '../../../platforms/postgres/ask.js';
import { startEmbedded, work, type Embedded } from '../../platforms/postgres/embedded.js';
import { AwsRig } from '../../support/aws/aws-rig.js';

/**
 * Behind the instance that the program made is a real PostgreSQL; behind what is made of a snapshot another, on a copy of
 * its files from before the first release.
 */
describe('crossfade rehearse, by the command line on an environment in moto', function () {
  this.timeout(600_000);
  let rig: AwsRig;
  let made: Embedded;
  let copy: Clone;
  let rds: RDSClient;
  let second: string;

  before(async () => {
    made = await startEmbedded();
    await made.query('superuser', 'CREATE TABLE stock (id int); ALTER TABLE stock OWNER TO crossfade_owner');
    const { kind } = openLocalDatabase({
      directory: made.directory,
      name: 'shop',
      artifactFolder: () => made.directory,
    });
    await kind.backUp('before-the-first', work());
    copy = await kind.openClone('before-the-first', work());
    const { port } = await copy.address('superuser');
    const servers = { made, restored: { ...made, port } };
    rig = await AwsRig.open({ servers, weights: [100], databaseRules: { rehearsal: 'ahead' } });
    rds = new RDSClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    await mkdir(join(rig.folder, 'sql'));
  });
  after(async () => {
    (rds as RDSClient | undefined)?.destroy();
    await (rig as AwsRig | undefined)?.close();
    await (copy as Clone | undefined)?.remove();
    await (made as Embedded | undefined)?.stop();
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
    expect(await ask(await copy.address('superuser'), tables)).to.equal('orders parcels stock');
    const inUse = await made.query('superuser', tables);
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
