import { Instance } from '@pulumi/aws/rds/instance.js';
import { ParameterGroup } from '@pulumi/aws/rds/parameterGroup.js';
import { SubnetGroup } from '@pulumi/aws/rds/subnetGroup.js';
import * as pulumi from '@pulumi/pulumi';
import type { CreatedDatabase } from '../../contract/aws-database-configuration.js';
import { commonArguments, instanceArguments, parameterArguments } from './database-arguments.js';
import type { DatabaseIds } from './database-ids.js';
import { DatabaseMonitoring } from './database-monitoring.js';
import { PasswordRotation } from './password-rotation.js';
import { randomText, Secret } from './secret.js';
import { shortForAutonaming } from './short-name.js';

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
  readonly kmsKeyArn: pulumi.Output<string>;
  readonly masterSecretArn: pulumi.Output<string>;
  readonly replicaIdentifier: pulumi.Output<string> | null;
  readonly restore: NonNullable<DatabaseIds['restore']>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Database', name, {}, opts);
    const child = { parent: this };
    const { database, keyArn, securityGroupId } = args;
    const databaseName = database.name.replaceAll('-', '_');
    const subnets = new SubnetGroup(name, { subnetIds: args.subnetIds }, child);
    const parameters = new ParameterGroup(name, parameterArguments(database), child);
    const monitoring = new DatabaseMonitoring(`${name}-monitoring`, { seconds: database.monitoringSeconds }, child);
    const secret = (what: string, description: string, value: pulumi.Input<string>): Secret =>
      new Secret(`${name}-${what}`, { keyArn, protect: args.protect, description, value }, child);
    // RDS keeps the master's password itself, except where a replica forbids it.
    const masterPassword =
      database.replica === null
        ? undefined
        : secret('master-password', "The master's first password", randomText(40, child)).firstValue;
    const common = {
      ...commonArguments(database, { parameterGroupName: parameters.name, securityGroupId, keyArn }),
      ...monitoring.instanceArgs,
    };
    const instance = new Instance(
      shortForAutonaming(name, 63),
      {
        ...common,
        ...instanceArguments(database),
        dbName: databaseName,
        dbSubnetGroupName: subnets.name,
        username: masterName,
        ...(masterPassword === undefined
          ? { manageMasterUserPassword: true, masterUserSecretKmsKeyId: keyArn }
          : { password: masterPassword }),
        // The group's name is another at each creation: a fixed name would make the second destroy fail.
        finalSnapshotIdentifier: pulumi.interpolate`final-${subnets.name}`,
      },
      { ...child, protect: args.protect },
    );
    const login = (username: string, password: pulumi.Input<string>): pulumi.Output<string> => {
      const { address: host, port } = instance;
      return pulumi.jsonStringify({ engine: 'postgres', host, port, dbname: databaseName, username, password });
    };
    const masterSecretArn =
      masterPassword === undefined
        ? instance.masterUserSecrets.apply(masterSecretOf)
        : secret('master', "The master's login", login(masterName, masterPassword)).arn;
    const password = randomText(40, child);
    const application = secret('application', "The application's login", login(applicationName, password));
    if (database.rotateAfterDays !== null) {
      new PasswordRotation(
        `${name}-rotation`,
        {
          region: args.region,
          afterDays: database.rotateAfterDays,
          secretArn: application.arn,
          masterSecretArn,
          keyArn,
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
    this.kmsKeyArn = keyArn;
    this.masterSecretArn = masterSecretArn;
    this.replicaIdentifier =
      database.replica === null ? null : replicaOf(instance, name, database.replica, common, child);
    this.restore = {
      subnetGroup: subnets.name,
      securityGroupIds: [securityGroupId],
      parameterGroup: parameters.name,
    };
    this.registerOutputs({ identifier: this.identifier });
  }
}

function replicaOf(
  instance: Instance,
  name: string,
  replica: { readonly class: string },
  common: ReturnType<typeof commonArguments>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const of = { replicateSourceDb: instance.identifier, instanceClass: replica.class };
  // A copy: nothing is lost with it, and it has nothing to snapshot.
  return new Instance(shortForAutonaming(`${name}-replica`, 63), { ...common, ...of, skipFinalSnapshot: true }, opts)
    .identifier;
}

function masterSecretOf(secrets: readonly { secretArn: string }[]): string {
  const [first] = secrets;
  if (!first) throw new Error("RDS keeps the master's password, and names no secret for it");
  return first.secretArn;
}
