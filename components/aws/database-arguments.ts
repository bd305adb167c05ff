import type * as pulumi from '@pulumi/pulumi';
import type { CreatedDatabase } from '../../contract/aws-database-configuration.js';

interface Surroundings {
  readonly parameterGroupName: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
}

/** What an instance and its replica have in common. */
export function commonArguments(
  database: CreatedDatabase,
  { parameterGroupName, securityGroupId, keyArn }: Surroundings,
) {
  return {
    storageType: 'gp3',
    maxAllocatedStorage: database.storageUpTo,
    storageEncrypted: true,
    kmsKeyId: keyArn,
    parameterGroupName,
    vpcSecurityGroupIds: [securityGroupId],
    publiclyAccessible: false,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keyArn,
    performanceInsightsRetentionPeriod: 7,
    enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
    autoMinorVersionUpgrade: true,
    maintenanceWindow: database.maintenanceWindow,
    copyTagsToSnapshot: true,
    deletionProtection: database.deletionProtection,
  };
}

/** What only the instance itself has: backups, a standby, and what happens to it in the end. */
export function instanceArguments(database: CreatedDatabase) {
  return {
    engine: 'postgres',
    engineVersion: database.engineVersion,
    instanceClass: database.class,
    allocatedStorage: database.storage,
    multiAz: database.multiAz,
    backupRetentionPeriod: database.backupRetentionDays,
    backupWindow: database.backupWindow,
    deleteAutomatedBackups: false,
    // Changes that interrupt wait for the window; a major version is never changed in passing.
    applyImmediately: false,
    allowMajorVersionUpgrade: false,
    skipFinalSnapshot: false,
  };
}

export function parameterArguments(database: CreatedDatabase) {
  const atRestart = { applyMethod: 'pending-reboot' };
  return {
    description: 'TLS forced, slow statements logged',
    family: `postgres${database.engineVersion.split('.')[0] ?? ''}`,
    parameters: [
      { name: 'rds.force_ssl', value: '1', ...atRestart },
      { name: 'max_connections', value: String(database.maxConnections), ...atRestart },
      { name: 'log_min_duration_statement', value: String(database.slowQueryMilliseconds) },
      { name: 'log_lock_waits', value: '1' },
    ],
  };
}
