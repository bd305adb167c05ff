import { expect } from 'chai';
import { Client } from 'pg';
import { PlatformError, RefusedError } from '../../../contract/errors.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { Release } from '../../../contract/release.js';
import type { Database } from '../../../pipeline/ports/database.js';
import type { MigrationOptions } from '../../../pipeline/ports/migration-options.js';
import { postgresRoles } from '../../../platforms/local/host/postgres-roles.js';
import { describeCopies } from './copies-suite.js';
import { describeDrill } from './drill-suite.js';
import { describeMigrationReview } from './migration-review-suite.js';
import { describeRehearsals } from './rehearsals-suite.js';
import { describeRestores } from './restores-suite.js';
import { releaseOf, startEmbedded, work, type Embedded } from '../postgres/embedded.js';
import { awsDatabaseOn } from '../../support/aws/aws-database-on.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const known = awsOutputs().database!;
const password = 'Eleven-elephants_eat.eggs';
const migrations = { '0001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (7);' };

describe('awsDatabase', function () {
  this.timeout(120_000);
  let server: Embedded;
  let ecs: FakeEcs;
  let status: string;
  let place: { host: string; port: number };

  const database = (parts: Partial<NonNullable<AwsOutputs['database']>> = {}): Database => {
    const clock = new LeapingClock();
    ecs = new FakeEcs(clock);
    const application = { ...place, dbname: 'shop', username: 'shop_app', password, sslmode: 'disable' };
    const value = async (arn: string): Promise<string> => {
      if (arn !== known.masterSecretArn) return JSON.stringify(application);
      const owner = server.address('superuser');
      return JSON.stringify({ username: owner.user, password: await owner.password() });
    };
    const rds = new FakeRds(clock);
    rds.addInstance({ identifier: known.identifier, status });
    return awsDatabaseOn({
      database: { ...known, ...parts },
      rds,
      secrets: {
        describe: () => Promise.resolve(undefined),
        value,
        put: () => Promise.reject(new Error('nobody switches')),
      },
      ecs,
      clock,
    });
  };
  const input = (release: Release) => ({ ...awsSlotInput(), run: 'run-1', release });

  before(async () => {
    server = await startEmbedded();
  });
  beforeEach(() => {
    status = 'available';
    place = { host: '127.0.0.1', port: server.port };
  });
  afterEach(() => server.closeClients());
  after(() => server.stop());

  describe('where this machine reaches it', () => {
    it("applies SQL as the owner, makes the application's role once, and asks as the application", async () => {
      const release = releaseOf(migrations);
      expect(await database().migrations(release)).to.deep.include({ missing: ['0001_orders.sql'] });
      const said: string[] = [];
      const evidence = await database().migrate(release, input(release), { ...work(), say: (line) => said.push(line) });
      expect(evidence).to.deep.include({ applied: ['0001_orders.sql'] });
      expect(said).to.include('made role shop_app, as which services log in');
      expect(await database().ask('SELECT id FROM orders')).to.equal('7');
      expect(await database().migrations(release)).to.deep.include({ missing: [], applied: ['0001_orders.sql'] });
      await database().migrate(release, input(release), work());
      const client = new Client({ ...place, database: 'shop', user: 'shop_app', password });
      await client.connect();
      await client.query('INSERT INTO orders VALUES (8)');
      await client.end();
    });

    it('leaves out what has to wait, and removes what an earlier release may use only for a reason', async () => {
      const drop = '0002_drop.sql';
      const all = {
        '0001_parcels.sql': 'CREATE TABLE parcels (id int, size int);',
        [drop]: 'ALTER TABLE parcels DROP size;',
      };
      const release = releaseOf(all);
      const migrate = (options: MigrationOptions) => database().migrate(release, input(release), work(), options);
      expect(await migrate({ hold: [drop], contracting: [drop] })).to.deep.include({ held: [drop] });
      await rejection(migrate({ contracting: [drop] }), RefusedError);
      expect(await database().migrations(release)).to.deep.include({ missing: [drop] });
      const evidence = await migrate({ contracting: [drop], contractBecause: 'blue is retired' });
      expect(evidence).to.deep.include({ applied: [drop] });
      await server.query('superuser', 'DROP TABLE parcels');
    });

    it('changes nothing by a question', async () => {
      await rejection(database().ask('DELETE FROM orders RETURNING id'), PlatformError);
    });

    it("of an adopted instance leaves roles alone: the application's own login is all there is", async () => {
      const release = releaseOf({});
      expect(await database({ masterSecretArn: null }).migrate(release, input(release), work())).to.deep.equal({});
      expect(postgresRoles.superuser).to.not.equal('shop_app');
    });
  });

  describeRestores(() => server);
  describeMigrationReview(() => server);
  describeCopies(() => server);
  describeDrill(() => server);
  describeRehearsals(() => server);

  describe('where it does not', () => {
    beforeEach(() => {
      place = { host: '127.0.0.1', port: 1 };
    });

    it('says that plain SQL needs a runner inside the network, before anything is changed', async () => {
      const release = releaseOf(migrations);
      const error = await rejection(database().migrate(release, input(release), work()), PlatformError);
      expect(error.message).to.match(/^1 migrations in SQL: this machine does not reach 127\.0\.0\.1:1: /);
      expect(error.hint).to.match(/a runner inside the network/);
      expect((await rejection(database().ask('SELECT 1'), PlatformError)).message).to.match(/^a verification: /);
      expect(ecs.oneOffs).to.deep.equal([]);
    });

    it("runs a release's own tool in a task of the new image, which is given secrets by ARN only", async () => {
      const { release } = awsSlotInput('1.5.0');
      const own: Release = { ...release, migrate: { service: 'api', command: ['node', 'migrate.mjs'] } };
      const port = database();
      expect(await port.migrations(own)).to.deep.equal({ applied: [], missing: [], differing: [], contracted: [] });
      const evidence = await port.migrate(own, input(own), work());
      expect(evidence['command']).to.include({ exitCode: 0 });
      const [definition] = ecs.registered;
      expect(definition).to.deep.include({
        family: 'shop-production-migrate',
        image: `222222222222.dkr.ecr.eu-central-1.amazonaws.com/shop/api@${own.artifacts['api']!.digest}`,
        command: ['node', 'migrate.mjs'],
        executionRoleArn: 'arn:aws:iam::222222222222:role/migration-execution',
        logGroup: '/crossfade/shop/production/api',
      });
      expect(definition?.environment).to.include({
        PGHOST: '127.0.0.1',
        PGPORT: '1',
        PGDATABASE: 'shop',
        LOG_LEVEL: 'info',
      });
      expect(definition?.secrets).to.deep.equal({
        PGUSER: `${known.masterSecretArn ?? ''}:username::`,
        PGPASSWORD: `${known.masterSecretArn ?? ''}:password::`,
        SECRET_KEY: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:k-Ab12Cd:::v-1',
      });
      expect(JSON.stringify([definition, ecs.oneOffs, evidence])).to.not.contain(password);
    });

    it('refuses to migrate with a service of which the release has no image', async () => {
      const { release } = awsSlotInput('1.5.0', ['web']);
      const own: Release = { ...release, migrate: { service: 'api', command: ['migrate'] } };
      const error = await rejection(database().migrate(own, input(own), work()), RefusedError);
      expect(error.message).to.match(/migrates with service api, of which it has no artifact/);
    });

    it('calls it reachable as RDS sees it', async () => {
      expect(await database().reachable()).to.deep.include({
        answer: 'yes',
        because: `RDS calls ${known.identifier} available`,
      });
      status = 'storage-full';
      expect((await database().reachable()).answer).to.equal('no');
    });
  });
});
