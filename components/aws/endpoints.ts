import { SecurityGroup } from '@pulumi/aws/ec2/securityGroup.js';
import { VpcEndpoint } from '@pulumi/aws/ec2/vpcEndpoint.js';
import { SecurityGroupIngressRule } from '@pulumi/aws/vpc/securityGroupIngressRule.js';
import * as pulumi from '@pulumi/pulumi';

export interface EndpointsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly cidr: string;
  readonly region: string;
  readonly subnetIds: pulumi.Input<string>[];
  readonly routeTableIds: pulumi.Input<string>[];
  /** There is no NAT: what tasks need of AWS has to be reached here. */
  readonly instead: boolean;
}

const needed = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'kms', 'monitoring'];

/** Ways to AWS that don't lead through the internet. The one to S3 costs nothing, and image layers come through it. */
export class Endpoints extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Endpoints', name, {}, opts);
    const child = { parent: this };
    const { vpcId, routeTableIds } = args;
    const service = (service: string) => `com.amazonaws.${args.region}.${service}`;
    new VpcEndpoint(
      `${name}-s3`,
      { vpcId, serviceName: service('s3'), vpcEndpointType: 'Gateway', routeTableIds },
      child,
    );
    if (args.instead) {
      const group = new SecurityGroup(
        name,
        { vpcId, description: 'Endpoints of AWS services', tags: { Name: name } },
        child,
      );
      const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIpv4: args.cidr };
      new SecurityGroupIngressRule(
        name,
        { securityGroupId: group.id, ...https, description: 'From this network' },
        child,
      );
      for (const each of needed) {
        new VpcEndpoint(
          `${name}-${each.replace('.', '-')}`,
          {
            vpcId,
            serviceName: service(each),
            vpcEndpointType: 'Interface',
            privateDnsEnabled: true,
            subnetIds: args.subnetIds,
            securityGroupIds: [group.id],
          },
          child,
        );
      }
    }
    this.registerOutputs();
  }
}
