import { expect } from 'chai';
import { Database } from '../../../components/aws/database.js';
import { awsDatabaseSchema, type CreatedDatabase } from '../../../contract/aws-database-configuration.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recorded, type Recording } from '../../support/pulumi-recorder.js';
import * as pulumi from '@pulumi/pulumi';

const instance = 'aws:rds/instance:Instance';
const version = 'aws:secretsmanager/secretVersion:SecretVersion';

interface Result {
  readonly master: string;
  readonly application: string;
  readonly replica: string | null;
}

function build(parts: Record<string, unknown> = {}, protect = true): Promise<Recording<Result>> {
  const database = awsDatabaseSchema.parse({ kind: 'create', name: 'the-shop', ...parts }) as CreatedDatabase;
  return record(
    () => {
      const made = new Database('db', {
        database,
        region: 'eu-central-1',
        subnetIds: ['isolated-1', 'isolated-2'],
        rotationSubnetIds: ['private-1', 'private-2'],
        rotationGroupId: 'sg-services',
        securityGroupId: pulumi.output('sg-database'),
        keyArn: pulumi.output('key'),
        protect,
      });
      return { master: made.masterSecretArn, application: made.applicationSecretArn, replica: made.replicaIdentifier };
    },
    { answers: awsAnswers },
  );
}

describe('Database', () => {
  it('is encrypted, private, watched, backed up, has a standby, and is not deleted by accident', async () => {
    const database = (await build()).find(instance, 'db');
    expect(database.inputs).to.deep.equal({
      engine: 'postgres',
      engineVersion: '16',
      instanceClass: 'db.t4g.medium',
      dbName: 'the_shop',
      dbSubnetGroupName: 'db-9f8e7d6',
      username: 'crossfade',
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: 'key',
      allocatedStorage: 50,
      maxAllocatedStorage: 200,
      storageType: 'gp3',
      storageEncrypted: true,
      kmsKeyId: 'key',
      parameterGroupName: 'db-7c6b5a4',
      vpcSecurityGroupIds: ['sg-database'],
      publiclyAccessible: false,
      multiAz: true,
      backupRetentionPeriod: 14,
      backupWindow: '02:00-03:00',
      maintenanceWindow: 'sun:04:00-sun:05:00',
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'final-db-9f8e7d6',
      applyImmediately: false,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: 'key',
      performanceInsightsRetentionPeriod: 7,
      enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      monitoringInterval: 60,
      monitoringRoleArn: 'arn:aws:iam:eu-central-1:222222222222:Role/db-monitoring',
    });
    expect(database).to.include({ protect: true, parent: 'db' });
  });

  it('forces TLS, and logs slow statements and waits for locks', async () => {
    const group = (await build({ engineVersion: '15.4', slowQueryMilliseconds: 250, maxConnections: 90 })).find(
      'aws:rds/parameterGroup:ParameterGroup',
      'db',
    );
    expect(group.inputs).to.deep.include({
      family: 'postgres15',
      parameters: [
        { name: 'rds.force_ssl', value: '1', applyMethod: 'pending-reboot' },
        { name: 'max_connections', value: '90', applyMethod: 'pending-reboot' },
        { name: 'log_min_duration_statement', value: '250' },
        { name: 'log_lock_waits', value: '1' },
      ],
    });
  });

  it("leaves the master's password to RDS, and gives the application a login of its own", async () => {
    const recording = await build();
    expect(recording.result.master).to.match(/secret:rds!db/);
    expect(recording.ofType(version).map((each) => each.name)).to.deep.equal(['db-application']);
    const login = recording.find(version, 'db-application');
    expect(JSON.parse(login.inputs['secretString'] as string)).to.deep.equal({
      engine: 'postgres',
      host: 'db-1a2b3c4.c9akciq32.eu-central-1.rds.amazonaws.com',
      port: 5432,
      dbname: 'the_shop',
      username: 'app',
      password: 'x'.repeat(40),
    });
    expect(login).to.deep.include({ secret: ['secretString'], ignoreChanges: ['secretString'] });
  });

  it("keeps the master's password in a secret of ours where a replica forbids RDS to", async () => {
    const recording = await build({ replica: { class: 'db.t4g.small' } });
    const database = recording.find(instance, 'db');
    expect(database.inputs).to.not.have.property('manageMasterUserPassword');
    expect(database.inputs['password']).to.equal('x'.repeat(40));
    expect(database.secret).to.deep.equal(['password']);
    expect(recording.result.master).to.match(/Secret\/db-master$/);
    const login = JSON.parse(recording.find(version, 'db-master').inputs['secretString'] as string) as object;
    expect(login).to.include({ username: 'crossfade', password: 'x'.repeat(40) });
  });

  it('copies itself to a replica that has nothing to lose', async () => {
    const recording = await build({ replica: { class: 'db.t4g.small' } });
    const replica: Recorded = recording.find(instance, 'db-replica');
    expect(replica.inputs).to.deep.include({
      replicateSourceDb: 'db-1a2b3c4',
      instanceClass: 'db.t4g.small',
      skipFinalSnapshot: true,
      storageEncrypted: true,
      publiclyAccessible: false,
    });
    expect(replica.inputs).to.not.have.any.keys('username', 'password', 'allocatedStorage', 'backupRetentionPeriod');
    expect(recording.result.replica).to.equal('db-replica-1a2b3c4');
  });

  it("changes the application's password by two roles that take turns, not before the first run made them", async () => {
    const recording = await build({ rotateAfterDays: 30 });
    expect(recording.find('aws:secretsmanager/secretRotation:SecretRotation', 'db-rotation').inputs).to.deep.include({
      rotationRules: { automaticallyAfterDays: 30 },
      rotateImmediately: false,
    });
    const stack = recording.find('aws:serverlessrepository/cloudFormationStack:CloudFormationStack', 'db-rotation');
    expect(stack.inputs['applicationId']).to.match(/SecretsManagerRDSPostgreSQLRotationMultiUser$/);
    expect(stack.inputs['parameters']).to.deep.include({
      vpcSubnetIds: 'private-1,private-2',
      vpcSecurityGroupIds: 'sg-services',
      superuserSecretArn: recording.result.master,
    });
  });

  it('gives each secret no name, so that one pending deletion never stands in the way', async () => {
    for (const secret of (await build({ replica: { class: 'db.t4g.small' } })).ofType(
      'aws:secretsmanager/secret:Secret',
    )) {
      expect(secret.inputs).to.not.have.property('name');
      expect(secret.inputs).to.include({ recoveryWindowInDays: 30, kmsKeyId: 'key' });
      expect(secret.protect).to.equal(true);
    }
  });

  it('can be weak where the configuration says so', async () => {
    const recording = await build({ multiAz: false, deletionProtection: false, monitoringSeconds: 0 }, false);
    const database = recording.find(instance, 'db');
    expect(database.inputs).to.include({ multiAz: false, deletionProtection: false, monitoringInterval: 0 });
    expect(database.inputs).to.not.have.property('monitoringRoleArn');
    expect(database.inputs['skipFinalSnapshot']).to.equal(false);
    expect(recording.resources.some((each) => each.protect)).to.equal(false);
  });
});
