import { getInstanceOutput, type GetInstanceResult } from '@pulumi/aws/rds/getInstance.js';
import { SecurityGroupIngressRule } from '@pulumi/aws/vpc/securityGroupIngressRule.js';
import * as pulumi from '@pulumi/pulumi';
import type { AdoptedDatabase as AdoptedConfiguration } from '../../contract/aws-database-configuration.js';
import type { DatabaseIds } from './database-ids.js';

export interface AdoptedDatabaseArgs {
  readonly database: AdoptedConfiguration;
  readonly serviceGroupId: pulumi.Input<string>;
}

/** Throws RunError for an instance whose snapshots could be read by whoever gets hold of one. */
export function keyOf(
  instance: Pick<GetInstanceResult, 'dbInstanceIdentifier' | 'storageEncrypted' | 'kmsKeyId'>,
): string {
  if (instance.storageEncrypted) return instance.kmsKeyId;
  throw new pulumi.RunError(
    `database.identifier: ${instance.dbInstanceIdentifier} is not encrypted, so its snapshots would not be either; ` +
      'restore an encrypted copy of a snapshot first, and adopt that',
  );
}

/** An instance that stands already: nothing of it is managed here, only the services are let in. */
export class AdoptedDatabase extends pulumi.ComponentResource implements DatabaseIds {
  readonly arn: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly resourceId: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly databaseName: string;
  readonly applicationSecretArn: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Output<string>;
  readonly masterSecretArn = null;
  readonly replicaIdentifier = null;
  readonly restore = null;

  constructor(name: string, args: AdoptedDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:AdoptedDatabase', name, {}, opts);
    const child = { parent: this };
    const { database } = args;
    const instance = getInstanceOutput({ dbInstanceIdentifier: database.identifier }, child);
    new SecurityGroupIngressRule(
      name,
      {
        securityGroupId: database.securityGroupId,
        referencedSecurityGroupId: args.serviceGroupId,
        ipProtocol: 'tcp',
        fromPort: instance.port,
        toPort: instance.port,
        description: 'Services of both slots',
      },
      child,
    );
    this.arn = instance.dbInstanceArn;
    this.identifier = instance.dbInstanceIdentifier;
    this.resourceId = instance.resourceId;
    this.endpoint = instance.address;
    this.port = instance.port;
    this.databaseName = database.name.replaceAll('-', '_');
    this.kmsKeyArn = instance.apply(keyOf);
    this.applicationSecretArn = pulumi.output(database.applicationSecretArn);
    this.registerOutputs({ identifier: this.identifier });
  }
}
