import type * as pulumi from '@pulumi/pulumi';

/** A network, made here or adopted: public subnets reach the internet, private ones through NAT or endpoints, isolated ones not at all. */
export interface NetworkIds {
  readonly vpcId: pulumi.Input<string>;
  readonly cidr: string;
  readonly publicSubnetIds: pulumi.Input<string>[];
  readonly privateSubnetIds: pulumi.Input<string>[];
  readonly isolatedSubnetIds: pulumi.Input<string>[];
}
