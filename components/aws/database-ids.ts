import type * as pulumi from '@pulumi/pulumi';

/** A database, made here or adopted, as alarms, snapshots and the pipeline know it. */
export interface DatabaseIds {
  readonly arn: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  /** What Performance Insights calls it. */
  readonly resourceId: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly databaseName: string;
  readonly applicationSecretArn: pulumi.Output<string>;
  /** What its snapshots are encrypted with. */
  readonly kmsKeyArn: pulumi.Output<string>;
  /** Null: its owner keeps it. */
  readonly masterSecretArn: pulumi.Output<string> | null;
  readonly replicaIdentifier: pulumi.Output<string> | null;
  readonly restore: {
    readonly subnetGroup: pulumi.Output<string>;
    readonly securityGroupIds: pulumi.Output<string>[];
    readonly parameterGroup: pulumi.Output<string>;
  } | null;
}
