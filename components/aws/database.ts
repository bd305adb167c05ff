import { Instance } from '@pulumi/aws/rds/instance.js';
import { ParameterGroup } from '@pulumi/aws/rds/parameterGroup.js';
import { SubnetGroup } from '@pulumi/aws/rds/subnetGroup.js';
import * as pulumi from '@pulumi/pulumi';
import type { CreatedDatabase } from '../../contract/aws-database-configuration.js';
import { DatabaseMonitoring } from './database-monitoring.js';
import type { DatabaseIds } from './database-ids.js';
import { PasswordRotation } from './password-rotation.js';
import { randomText, Secret } from './secret.js';

export interface DatabaseArgs {
  readonly database: CreatedDatabase;
  readonly region: string;
  readonly subnetIds: pulumi.Input<string>[];
  /** Where the function that changes passwords runs: it has to reach the database and Secrets Manager. */
  readonly rotationSubnetIds: pulumi.Input<string>[];
  readonly rotationGroupId: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly protect: boolean;
}

const masterName = 'crossfade';
const applicationName = 'app';

/** PostgreSQL on RDS: encrypted, TLS forced, restorable to any second, and never deleted without a last snapshot. */
export class Database extends pulumi.ComponentResource implements DatabaseIds {
  readonly arn: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly resourceId: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly databaseName: string;
  readonly applicationSecretArn: pulumi.Output<string>;
  readonly masterSecretArn: pulumi.Output<string>;
  readonly replicaIdentifier: pulumi.Output<string> | null;
  readonly restore: NonNullable<DatabaseIds['restore']>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Database', name, {}, opts);
    const child = { parent: this };
    const { database } = args;
    const databaseName = database.name.replaceAll('-', '_');
    const subnets = new SubnetGroup(name, { subnetIds: args.subnetIds }, child);
    const parameters = new ParameterGroup(name, parameterGroupArgs(database), child);
    const monitoring = new DatabaseMonitoring(`${name}-monitoring`, { seconds: database.monitoringSeconds }, child);
    const secretArgs = { keyArn: args.keyArn, protect: args.protect };
    // RDS keeps the master's password itself, except where a replica forbids it.
    const masterPassword =
      database.replica === null
        ? undefined
        : new Secret(
            `${name}-master-password`,
            { ...secretArgs, description: "The master's first password", value: randomText(40, child) },
            child,
          ).firstValue;
    const common = {
      storageType: 'gp3',
      storageEncrypted: true,
      kmsKeyId: args.keyArn,
      parameterGroupName: parameters.name,
      vpcSecurityGroupIds: [args.securityGroupId],
      publiclyAccessible: false,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: args.keyArn,
      performanceInsightsRetentionPeriod: 7,
      ...monitoring.instanceArgs,
      enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      autoMinorVersionUpgrade: true,
      maintenanceWindow: database.maintenanceWindow,
      copyTagsToSnapshot: true,
      deletionProtection: database.deletionProtection,
    };
    const instance = new Instance(
      name,
      {
        ...common,
        engine: 'postgres',
        engineVersion: database.engineVersion,
        instanceClass: database.class,
        allocatedStorage: database.storage,
        maxAllocatedStorage: database.storageUpTo,
        dbName: databaseName,
        username: masterName,
        ...(masterPassword === undefined
          ? { manageMasterUserPassword: true, masterUserSecretKmsKeyId: args.keyArn }
          : { password: masterPassword }),
        dbSubnetGroupName: subnets.name,
        multiAz: database.multiAz,
        backupRetentionPeriod: database.backupRetentionDays,
        backupWindow: database.backupWindow,
        deleteAutomatedBackups: false,
        applyImmediately: false,
        allowMajorVersionUpgrade: false,
        skipFinalSnapshot: false,
        // The group's name is another at each creation: a fixed name would make the second destroy fail.
        finalSnapshotIdentifier: pulumi.interpolate`final-${subnets.name}`,
      },
      { ...child, protect: args.protect },
    );
    const replica =
      database.replica === null
        ? null
        : new Instance(
            `${name}-replica`,
            {
              ...common,
              replicateSourceDb: instance.identifier,
              instanceClass: database.replica.class,
              maxAllocatedStorage: database.storageUpTo,
              skipFinalSnapshot: true,
            },
            child,
          );

    const login = (username: string, password: pulumi.Input<string>): pulumi.Output<string> =>
      pulumi.jsonStringify({
        engine: 'postgres',
        host: instance.address,
        port: instance.port,
        dbname: databaseName,
        username,
        password,
      });
    const master =
      masterPassword === undefined
        ? instance.masterUserSecrets.apply(masterSecretOf)
        : new Secret(
            `${name}-master`,
            { ...secretArgs, description: "The master's login", value: login(masterName, masterPassword) },
            child,
          ).arn;
    const application = new Secret(
      `${name}-application`,
      { ...secretArgs, description: "The application's login", value: login(applicationName, randomText(40, child)) },
      child,
    );
    if (database.rotateAfterDays !== null) {
      new PasswordRotation(
        `${name}-rotation`,
        {
          region: args.region,
          afterDays: database.rotateAfterDays,
          secretArn: application.arn,
          masterSecretArn: master,
          keyArn: args.keyArn,
          subnetIds: args.rotationSubnetIds,
          securityGroupId: args.rotationGroupId,
        },
        child,
      );
    }

    this.arn = instance.arn;
    this.identifier = instance.identifier;
    this.resourceId = instance.resourceId;
    this.endpoint = instance.address;
    this.port = instance.port;
    this.databaseName = databaseName;
    this.applicationSecretArn = application.arn;
    this.masterSecretArn = master;
    this.replicaIdentifier = replica?.identifier ?? null;
    this.restore = {
      subnetGroup: subnets.name,
      securityGroupIds: [args.securityGroupId],
      parameterGroup: parameters.name,
    };
    this.registerOutputs({ identifier: this.identifier });
  }
}

function parameterGroupArgs(database: CreatedDatabase) {
  const family = `postgres${database.engineVersion.split('.')[0] ?? ''}`;
  const atRestart = { applyMethod: 'pending-reboot' };
  return {
    family,
    parameters: [
      { name: 'rds.force_ssl', value: '1', ...atRestart },
      { name: 'max_connections', value: String(database.maxConnections), ...atRestart },
      { name: 'log_min_duration_statement', value: String(database.slowQueryMilliseconds) },
      { name: 'log_lock_waits', value: '1' },
    ],
  };
}

function masterSecretOf(secrets: readonly { secretArn: string }[]): string {
  const [first] = secrets;
  if (!first) throw new Error("RDS keeps the master's password, and names no secret for it");
  return first.secretArn;
}
