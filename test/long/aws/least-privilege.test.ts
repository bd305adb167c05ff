import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsRig } from '../../support/aws/aws-rig.js';
import { iamGuard, type IamGuard } from '../../support/aws/iam-guard.js';
import { environmentOf, serve } from '../../support/aws/running-tasks.js';
import { snapshotServers, type SnapshotServers } from '../../support/aws/snapshot-servers.js';

/**
 * Whole runs under the release role's policies, as the program writes them: moto lets everybody do everything, so a guard
 * before it decides on each call as it is sent. Slots are made by a stand-in for the engine, whose calls it doesn't see.
 */
describe('the role of releases', function () {
  this.timeout(900_000);
  let rig: AwsRig;
  let postgres: SnapshotServers;
  let secrets: SecretsManagerClient;
  let guard: IamGuard;
  let addresses = 0;

  before(async () => {
    postgres = await snapshotServers('CREATE TABLE stock (id int); ALTER TABLE stock OWNER TO crossfade_owner');
    rig = await AwsRig.open({
      servers: postgres.servers,
      weights: [50, 100],
      rehearsals: true,
      guard: async (outputs, moto) => {
        guard = await iamGuard(outputs, moto);
        return (asked) => guard.instead(asked);
      },
    });
    secrets = new SecretsManagerClient({ region: 'eu-central-1', endpoint: rig.moto.url });
    rig.world.runs = async (definition) => {
      const { family, environment } = await environmentOf(definition, secrets);
      addresses += 1;
      return serve(family, `127.0.3.${addresses}`, environment, async (client) => {
        await client.query('SELECT count(*) FROM stock');
      });
    };
    await mkdir(join(rig.folder, 'sql'));
  });
  after(async () => {
    (secrets as SecretsManagerClient | undefined)?.destroy();
    await (rig as AwsRig | undefined)?.close();
    await (postgres as SnapshotServers | undefined)?.close();
  });
  afterEach(() => guard.refused.splice(0));

  const releaseWith = async (file: string, table: string): Promise<string> => {
    await writeFile(join(rig.folder, 'sql', file), `CREATE TABLE ${table} (id int PRIMARY KEY);\n`);
    return rig.release({ migrations: 'sql' });
  };
  const does = async (...words: string[]): Promise<void> => {
    const done = await rig.crossfade(...words);
    expect(done.exitCode, done.all).to.equal(0);
    expect(guard.refused.filter((each) => !each.startsWith(unread()))).to.deep.equal([]);
  };
  /** So that what it says appears in no line, a run looks at what it may read; a service's own secret it may not. */
  const unread = (): string => `secretsmanager:GetSecretValue on ${rig.outputs.secrets['secret-key'] ?? ''}`;
  let second: string;

  it('is enough for a deploy', async () => {
    await does('deploy', 'production', await releaseWith('001_orders.sql', 'orders'));
    expect([...guard.allowed]).to.include.members([
      'elasticloadbalancing:ModifyRule',
      'rds:CreateDBSnapshot',
      'rds:AddTagsToResource',
      'secretsmanager:GetSecretValue',
    ]);
  });

  it('is enough for a rehearsal with releases', async () => {
    second = await releaseWith('002_parcels.sql', 'parcels');
    await does('rehearse', 'production', second);
    expect([...guard.allowed]).to.include.members([
      'rds:RestoreDBInstanceFromDBSnapshot',
      'rds:ModifyDBInstance',
      'rds:DeleteDBInstance',
      'secretsmanager:PutSecretValue',
      'iam:PassRole',
      'ecs:RunTask',
      'ecs:StopTask',
      'elasticloadbalancing:RegisterTargets',
      'elasticloadbalancing:DeregisterTargets',
    ]);
  });

  it('is enough for the way back, and for what is asked at any time', async () => {
    await does('deploy', 'production', second);
    await does('rollback', 'production', '--because', 'it is tried');
    await does('status', 'production');
    await does('backups', 'list', 'production');
    await does('maintenance', 'on', 'production', '--for', '10m', '--because', 'it is tried');
    await does('maintenance', 'off', 'production');
    expect([...guard.allowed]).to.include.members(['scheduler:CreateSchedule', 'scheduler:DeleteSchedule']);
  });

  it('is not enough without one of its actions: the call is said, and nothing is left', async () => {
    const third = await releaseWith('003_carts.sql', 'carts');
    guard = await iamGuard(rig.outputs, rig.moto.url, { without: ['elasticloadbalancing:RegisterTargets'] });
    const denied = await rig.crossfade('rehearse', 'production', third);
    expect(denied.exitCode, denied.all).not.to.equal(0);
    expect(denied.all).to.contain('RegisterTargets: AccessDenied');
    const groups = Object.values(rig.balancer.rehearsalGroups);
    expect(guard.refused).to.include(`elasticloadbalancing:RegisterTargets on ${groups[0] ?? ''}`);
    expect(rig.world.running()).to.deep.equal([]);
  });

  it('deletes no database', async () => {
    const body = (action: string, id: string): Buffer => Buffer.from(`Action=${action}&DBInstanceIdentifier=${id}`);
    const asked = { target: '', method: 'POST', path: '/', query: '', type: 'application/x-www-form-urlencoded' };
    const { identifier } = rig.database!.outputs;
    const reply = await guard.instead({
      ...asked,
      action: 'DeleteDBInstance',
      body: body('DeleteDBInstance', identifier),
    });
    expect(reply?.status).to.equal(403);
  });
});
