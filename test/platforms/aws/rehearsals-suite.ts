import { expect } from 'chai';
import { copyName } from '../../../contract/aws-names.js';
import { PlatformError } from '../../../contract/errors.js';
import type { Rehearsals } from '../../../pipeline/ports/rehearsals.js';
import { awsRehearsals } from '../../../platforms/aws/rehearsals.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';
import { releaseOf, work, type Embedded } from '../postgres/embedded.js';

const outputs = awsOutputs();
const known = outputs.database!;
const { prefix } = known.snapshots;
const copyMaster = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:rds!db-4-Ab12Cd';
const run = 'production-1';
const name = copyName(prefix, run);

/** The instance in use and the copy are one server, where each one's master is another user. */
export function describeRehearsals(embedded: () => Embedded): void {
  describe('rehearsals on AWS', () => rehearsalsOn(embedded));
}

function rehearsalsOn(embedded: () => Embedded): void {
  let rds: FakeRds;
  let rehearsals: Rehearsals;
  let told: string[];
  let port: number;

  const release = releaseOf({ '0001_rehearsed.sql': 'CREATE TABLE rehearsed AS SELECT current_user::text AS who;' });
  const rehearsed = async (sql = release) => {
    const copy = await rehearsals.open('before-run-1', run, work());
    try {
      return await copy.migrate({ ...awsSlotInput(), release: sql }, work(), {});
    } finally {
      await copy.remove();
    }
  };

  beforeEach(async () => {
    const server = embedded();
    ({ port } = server);
    const clock = new LeapingClock(new Date().toISOString());
    rds = new FakeRds(clock);
    rds.addInstance({ identifier: known.identifier, endpoint: { host: '127.0.0.1', port } });
    rds.becomes = { endpoint: { host: 'localhost', port }, masterSecret: { arn: copyMaster, status: 'active' } };
    await rds.createSnapshot(`${prefix}-before-run-1`, known.identifier, {});
    rds.calls.length = 0;
    told = [];
    const login = { dbname: 'shop', username: 'shop_app', password: 'Eleven-elephants_eat.eggs', sslmode: 'disable' };
    const value = async (arn: string): Promise<string> => {
      if (arn === known.applicationSecretArn) return JSON.stringify({ ...login, host: '127.0.0.1', port });
      const master = server.address(arn === copyMaster ? 'superuser' : 'owner');
      return JSON.stringify({ username: master.user, password: await master.password() });
    };
    rehearsals = awsRehearsals({
      outputs,
      rds,
      secrets: {
        describe: () => Promise.resolve(undefined),
        value,
        put: () => Promise.reject(new Error('a rehearsal switches nothing')),
      },
      clock,
      requireAccount: () => Promise.resolve(),
      tell: (line) => told.push(line),
    });
  });
  afterEach(() => embedded().query('superuser', 'DROP TABLE IF EXISTS rehearsed, crossfade_migrations'));

  it('apply migrations on an instance made of the snapshot, and delete it', async () => {
    const { milliseconds, waits } = await rehearsed();
    expect(milliseconds).to.be.at.least(0);
    expect(waits).to.deep.equal([]);
    const { rows } = await embedded().query('superuser', 'SELECT who FROM rehearsed');
    expect(rows, 'by the copy’s own master').to.deep.equal([{ who: embedded().address('superuser').user }]);
    expect(rds.restored.map(({ identifier, snapshot }) => ({ identifier, snapshot }))).to.deep.equal([
      { identifier: name, snapshot: `${prefix}-before-run-1` },
    ]);
    expect(rds.restored[0]?.tags).to.include({ 'crossfade:copy': 'rehearsal', 'crossfade:run': run });
    expect(rds.instances.get(name)?.status).to.equal('deleting');
    expect(rds.instances.get(known.identifier)?.status).to.equal('available');
  });

  it('start nothing on it', async () => {
    const copy = await rehearsals.open('before-run-1', run, work());
    expect(copy).not.to.have.property('start');
    await copy.remove();
  });

  it('delete it when a migration fails', async () => {
    const bad = releaseOf({ '0001_bad.sql': 'CREATE TABLE rehearsed AS SELECT 1 / 0 AS never;' });
    expect((await rejection(rehearsed(bad), PlatformError)).message).to.contain('division by zero');
    expect(rds.instances.get(name)?.status).to.equal('deleting');
  });

  it('tell of an instance that is left, whatever came of the migrations', async () => {
    rds.denied.add('DeleteDBInstance');
    await rehearsed();
    expect(told.join('\n')).to.contain(`the copy ${name} is left: DeleteDBInstance: AccessDenied`);
    rds.denied.clear();
    expect(await rehearsals.sweep()).to.deep.equal([name]);
  });

  it('make no instance where this machine does not reach the network in which it would lie', async () => {
    port = 1;
    expect((await rejection(rehearsed(), PlatformError)).message).to.contain(
      'a rehearsal: this machine does not reach',
    );
    expect(rds.restored).to.deep.equal([]);
  });

  it('are for releases that bring SQL', async () => {
    expect(await rehearsals.unableBecause?.(release)).to.equal(undefined);
    const { version } = release;
    const own = { ...release, migrate: { service: 'api', command: ['migrate'] } };
    expect(await rehearsals.unableBecause?.(own)).to.contain(`release ${version} migrates by its own command`);
    expect(await rehearsals.unableBecause?.({ ...release, migrations: [] })).to.contain('has no migrations');
  });
}
