import { expect } from 'chai';
import { restoredInstanceName } from '../../../contract/aws-names.js';
import { PlatformError, RefusedError } from '../../../contract/errors.js';
import { settingsOf } from '../../../contract/settings.js';
import type { Database } from '../../../pipeline/ports/database.js';
import type { Restores } from '../../../pipeline/ports/restores.js';
import { writeSlotRecord } from '../../../platforms/aws/slot-record.js';
import { snapshotName } from '../../../platforms/aws/snapshots.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsDatabaseOn } from '../../support/aws/aws-database-on.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';
import { releaseOf, work, type Embedded } from '../postgres/embedded.js';

const outputs = awsOutputs();
const known = outputs.database!;
const password = 'Eleven-elephants_eat.eggs';
const restoredMaster = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:rds!db-1-Ab12Cd';
const migrations = {
  '0001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (7), (8);',
};
const name = restoredInstanceName(known.snapshots.prefix, 'run-9');

/** Both instances are one server, under two names of this machine: what is restored has what is there now. */
export function describeRestores(embedded: () => Embedded): void {
  describe('restores on AWS', () => restoresOn(embedded));
}

function restoresOn(embedded: () => Embedded): void {
  let server: Embedded;
  let clock: LeapingClock;
  let rds: FakeRds;
  let ecs: FakeEcs;
  let login: Record<string, unknown>;
  let written: number;
  let repliesLost: number;
  let kept: Map<string, string>;
  let database: Database;
  let restores: Restores;

  beforeEach(async () => {
    server = embedded();
    clock = new LeapingClock(new Date().toISOString());
    rds = new FakeRds(clock);
    ecs = new FakeEcs(clock);
    rds.addInstance({ identifier: known.identifier, endpoint: { host: '127.0.0.1', port: server.port } });
    const masterSecret = { arn: restoredMaster, status: 'active' };
    rds.becomes = { endpoint: { host: 'localhost', port: server.port }, masterSecret };
    login = {
      engine: 'postgres',
      host: '127.0.0.1',
      port: server.port,
      dbname: 'shop',
      username: 'shop_app',
      password,
      sslmode: 'disable',
    };
    written = 0;
    repliesLost = 0;
    kept = new Map();
    const keeper = {
      get: (key: string) => Promise.resolve(kept.get(key)),
      put: (key: string, text: string) => Promise.resolve(void kept.set(key, text)),
    };
    database = awsDatabaseOn({
      rds,
      secrets: {
        describe: () => Promise.resolve(undefined),
        value: async (arn) => {
          if (arn === known.applicationSecretArn) return JSON.stringify(login);
          const owner = server.address('superuser');
          return JSON.stringify({ username: owner.user, password: await owner.password() });
        },
        put: (_arn, text) => {
          written += 1;
          login = JSON.parse(text) as Record<string, unknown>;
          repliesLost -= 1;
          return repliesLost >= 0 ? Promise.reject(new TransientError('the reply was lost')) : Promise.resolve('v-2');
        },
      },
      ecs,
      keeper,
      clock,
    });
    restores = database.restores!;
    const slot = awsSlotInput();
    const secrets = { DATABASE: { reference: known.applicationSecretArn, version: 'AWSCURRENT' } };
    const input = { ...slot, settings: settingsOf({ values: {}, secrets }) };
    await writeSlotRecord(keeper, 'production', 'blue', input);
    ecs.put('api-blue', 'image', 2);
    await server.query('owner', 'DROP TABLE IF EXISTS orders; DROP SCHEMA IF EXISTS crossfade CASCADE');
    await server.query('superuser', 'DROP TABLE IF EXISTS crossfade_migrations');
    await database.migrate(releaseOf(migrations), { ...slot, run: 'run-1' }, work());
  });

  const restored = async () => {
    await database.backUp('before-run-1', work());
    return restores.beside('before-run-1', 'run-9', work());
  };
  const stateOf = (identifier: string) => rds.instances.get(identifier)?.tags['crossfade:state'];

  it('makes a new instance like the one in use beside it, whose roles have today’s passwords', async () => {
    expect(await restored()).to.deep.include({
      instance: name,
      host: 'localhost',
      role: "gave role shop_app today's password",
    });
    expect(rds.restored).to.have.length(1);
    expect(rds.restored[0]).to.deep.include({
      identifier: name,
      snapshot: snapshotName(known.snapshots.prefix, 'before-run-1'),
      subnetGroup: 'subnets',
      parameterGroup: 'parameters',
      securityGroupIds: ['sg-2'],
      class: 'db.m7g.large',
      multiAz: true,
      deletionProtection: true,
    });
    expect(rds.masterKeys).to.deep.equal([known.snapshots.kmsKeyArn]);
    expect(rds.restored[0]?.tags).to.include({ 'crossfade:run': 'run-9', 'crossfade:former': known.identifier });
    expect(await restores.inUse('run-9')).to.equal(false);
    expect(written).to.equal(0);
  });

  it('is one instance however often the same run asks for it', async () => {
    await restored();
    rds.throttled = 3;
    await restores.beside('before-run-1', 'run-9', work());
    expect(rds.restored).to.have.length(1);
  });

  it('says so when RDS can’t make it, and switches nothing', async () => {
    rds.becomes = { ...rds.becomes, status: 'incompatible-restore' };
    const error = await rejection(restored(), PlatformError);
    expect(error.message).to.equal(`instance ${name} is incompatible-restore: nothing was switched`);
    expect(written).to.equal(0);
  });

  it('checks that services can log in, every table has its rows, and the release its migrations', async () => {
    await restored();
    const verify = (release = releaseOf(migrations)) => restores.verify('before-run-1', 'run-9', release, work());
    expect(await verify()).to.deep.include({ answer: 'yes', evidence: { tables: 2, rows: 3, compared: true } });
    const later = releaseOf({ ...migrations, '0002_more.sql': 'CREATE TABLE more (id int);' });
    expect((await verify(later)).because).to.match(/needs 0002_more.sql, which the backup has not$/);
    await server.query('superuser', 'DELETE FROM orders WHERE id = 8');
    expect(await verify()).to.deep.include({ answer: 'no', because: 'public.orders has 1 rows, not 2 to 2' });
    login = { ...login, password: 'another' };
    expect((await verify()).because).to.match(/^the application can't log in to what was restored: /);
  });

  it('switches by one write of the application’s login, and keeps and marks what was in use', async () => {
    await restored();
    repliesLost = 1;
    await restores.switchTo('run-9', work());
    expect(login).to.deep.include({
      host: 'localhost',
      port: server.port,
      username: 'shop_app',
      password,
      dbname: 'shop',
    });
    expect(await restores.inUse('run-9')).to.equal(true);
    expect([stateOf(name), stateOf(known.identifier)]).to.deep.equal(['in use', 'left by run-9']);
    const [formerly, ...others] = (await restores.kept?.()) ?? [];
    expect(formerly).to.include({ name: known.identifier, run: 'run-9', was: 'before' });
    expect(formerly?.since).to.match(/^20/);
    expect(others, 'the one in use is not beside').to.deep.equal([]);
    const before = written;
    await restores.switchTo('run-9', work());
    expect(written, 'a second time nothing is written').to.equal(before);
    await rejection(restores.remove('run-9'), RefusedError);
    expect(await database.reachable()).to.deep.include({ answer: 'yes', because: `RDS calls ${name} available` });
    await database.backUp('before-run-10', work());
    const next = rds.snapshots.get(snapshotName(known.snapshots.prefix, 'before-run-10'));
    expect(next?.instance, 'snapshots are of what is in use').to.equal(name);
    expect((await restores.list()).map((backup) => backup.name)).to.have.members(['before-run-10', 'before-run-1']);
  });

  it('goes back by one write, also twice, and marks what nobody uses: no release deletes an instance', async () => {
    await restored();
    await restores.switchTo('run-9', work());
    expect(await restores.switchBack('run-9', work())).to.deep.include({ switched: true, host: '127.0.0.1' });
    expect(login['host']).to.equal('127.0.0.1');
    expect(await restores.switchBack('run-9', work())).to.deep.equal({ switched: false });
    expect(await restores.remove('run-9')).to.deep.equal({ instance: name, marked: 'unused', removed: false });
    expect([stateOf(name), stateOf(known.identifier)]).to.deep.equal(['unused', 'in use']);
    expect((await restores.kept?.())?.map(({ was, run }) => ({ was, run }))).to.deep.equal([
      { was: 'restored', run: 'run-9' },
    ]);
    expect(await restores.remove('run-8')).to.deep.equal({ instance: null });
  });

  it('goes back although nothing can be marked', async () => {
    await restored();
    await restores.switchTo('run-9', work());
    rds.denied.add('AddTagsToResource');
    expect(await restores.switchBack('run-9', work())).to.deep.include({ switched: true });
  });

  it('counts what a restore would lose from right before the snapshot, where somebody could count', async () => {
    await database.backUp('before-run-1', work());
    const client = await server.client('superuser');
    await client.query('INSERT INTO orders VALUES (9), (10)');
    await client.query('SELECT pg_stat_force_next_flush()');
    await client.end();
    const lost = await database.writesSince({ backup: 'before-run-1' });
    expect(lost.tables).to.deep.equal({ 'public.orders': { inserted: 2, updated: 0, deleted: 0 } });
    kept.clear();
    const unknown = await database.writesSince({ backup: 'before-run-1' });
    expect(unknown).to.deep.include({
      tables: undefined,
      because: 'when it was taken nobody reached the database to count',
    });
    await rejection(database.writesSince({ backup: 'none' }), PlatformError);
  });

  it('does not count anew from a snapshot that an earlier process has taken', async () => {
    await database.backUp('before-run-1', work());
    const before = new Map(kept);
    clock.leap(60_000);
    await database.backUp('before-run-1', work());
    expect(kept).to.deep.equal(before);
  });

  it('prunes beyond the policy, oldest first, and none that a slot or an open run needs', async () => {
    for (const run of ['run-0', 'run-1', 'run-2', 'run-3', 'run-4', 'run-5']) {
      await database.backUp(`before-${run}`, work());
      clock.leap(60_000);
    }
    const named = (run: string): string => snapshotName(known.snapshots.prefix, `before-${run}`);
    // The policy keeps three; blue was put there by run-1.
    const expected = {
      goes: [named('run-2')],
      stays: [
        { name: named('run-5'), because: '0 of 3 to keep are newer' },
        { name: named('run-4'), because: '1 of 3 to keep are newer' },
        { name: named('run-3'), because: '2 of 3 to keep are newer' },
        { name: named('run-1'), because: 'blue stands since run run-1, which took it' },
        { name: named('run-0'), because: 'asked' },
      ],
    };
    const asked = [{ name: 'before-run-0', because: 'asked' }];
    expect(await database.prune?.(asked, { dryRun: true })).to.deep.equal(expected);
    expect(rds.snapshots.size).to.equal(6);
    expect(await database.prune?.(asked, { dryRun: false })).to.deep.equal(expected);
    expect([...rds.snapshots.keys()]).to.not.include(named('run-2'));
    expect(rds.snapshots.size).to.equal(5);
  });

  describe('are refused before users get the maintenance page', () => {
    const given = (secrets: Record<string, { reference: string; version: string }>) =>
      writeSlotRecord(
        { get: () => Promise.resolve(undefined), put: (key, text) => Promise.resolve(void kept.set(key, text)) },
        'production',
        'blue',
        { ...awsSlotInput(), settings: settingsOf({ values: {}, secrets }) },
      );

    it('unless everything a switch needs is there', async () => {
      expect(await restores.unableBecause?.()).to.equal(undefined);
    });

    it('when this machine does not reach the database', async () => {
      login = { ...login, port: 1 };
      expect(await restores.unableBecause?.()).to.match(
        /^this machine does not reach 127.0.0.1:1, and what is restored/,
      );
    });

    it('when a slot is given a version of the login, which no switch reaches', async () => {
      await given({ DATABASE: { reference: known.applicationSecretArn, version: 'v-1' } });
      expect(await restores.unableBecause?.()).to.match(/^slot blue is given version v-1 of the database's login/);
    });

    it('when a slot is not given the login at all', async () => {
      await given({});
      expect(await restores.unableBecause?.()).to.match(/^no setting of slot blue is the database's login/);
    });
  });
}
