import { Cluster as EcsCluster } from '@pulumi/aws/ecs/cluster.js';
import { ClusterCapacityProviders } from '@pulumi/aws/ecs/clusterCapacityProviders.js';
import * as pulumi from '@pulumi/pulumi';

export interface ClusterArgs {
  readonly clusterName: string;
  readonly protect: boolean;
}

/** Where the services of both slots run, on Fargate, counted by Container Insights. */
export class Cluster extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Cluster', name, {}, opts);
    const settings = [{ name: 'containerInsights', value: 'enabled' }];
    // Protected, so that an environment is not destroyed half-way while its slots stand.
    const kept = { parent: this, protect: args.protect };
    const cluster = new EcsCluster(name, { name: args.clusterName, settings }, kept);
    const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    new ClusterCapacityProviders(name, { clusterName: cluster.name, capacityProviders }, { parent: this });
    this.arn = cluster.arn;
    this.clusterName = cluster.name;
    this.registerOutputs({ arn: this.arn });
  }
}
