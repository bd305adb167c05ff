import { DefaultSecurityGroup } from '@pulumi/aws/ec2/defaultSecurityGroup.js';
import { Eip } from '@pulumi/aws/ec2/eip.js';
import { InternetGateway } from '@pulumi/aws/ec2/internetGateway.js';
import { NatGateway } from '@pulumi/aws/ec2/natGateway.js';
import { Route } from '@pulumi/aws/ec2/route.js';
import { RouteTable } from '@pulumi/aws/ec2/routeTable.js';
import { RouteTableAssociation } from '@pulumi/aws/ec2/routeTableAssociation.js';
import { Subnet } from '@pulumi/aws/ec2/subnet.js';
import { Vpc } from '@pulumi/aws/ec2/vpc.js';
import { getAvailabilityZonesOutput } from '@pulumi/aws/getAvailabilityZones.js';
import * as pulumi from '@pulumi/pulumi';
import type { CreatedNetwork } from '../../contract/aws-network-configuration.js';
import { Endpoints } from './endpoints.js';
import { FlowLog } from './flow-log.js';
import type { NetworkIds } from './network-ids.js';
import { subnetPlan } from './subnet-plan.js';
import { zoneAt } from './zone-at.js';

export interface NetworkArgs {
  readonly network: CreatedNetwork;
  readonly region: string;
  readonly flowLogDays: number;
  readonly logKeyArn: pulumi.Input<string>;
}

/** A VPC over one to three zones; who talks to whom is the Firewall's. */
export class Network extends pulumi.ComponentResource implements NetworkIds {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly isolatedSubnetIds: pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Network', name, {}, opts);
    const child = { parent: this };
    const { network } = args;
    const vpc = new Vpc(
      name,
      { cidrBlock: network.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      child,
    );
    // Without rules of its own nobody gets in by forgetting to name a group.
    new DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.id, ingress: [], egress: [] }, child);
    const zones = getAvailabilityZonesOutput({ state: 'available' }, child).names;
    const plan = subnetPlan(network);
    const subnets = (kind: keyof typeof plan): Subnet[] =>
      plan[kind].map((cidrBlock, index) => {
        const tags = { Name: `${name}-${kind}-${index + 1}` };
        const availabilityZone = zones.apply((names) => zoneAt(names, index));
        return new Subnet(`${name}-${kind}-${index + 1}`, { vpcId: vpc.id, cidrBlock, availabilityZone, tags }, child);
      });
    const open = subnets('public');
    const inner = subnets('private');
    const isolated = subnets('isolated');

    const gateway = new InternetGateway(name, { vpcId: vpc.id, tags: { Name: name } }, child);
    const outside = routeTable(`${name}-public`, vpc, open, child);
    const everywhere = { destinationCidrBlock: '0.0.0.0/0' };
    new Route(`${name}-public`, { routeTableId: outside.id, gatewayId: gateway.id, ...everywhere }, child);
    routeTable(`${name}-isolated`, vpc, isolated, child);

    const nats = natGateways(name, network.natGateways, open, { ...child, dependsOn: gateway });
    const innerTables = inner.map((subnet, index) => routeTable(`${name}-private-${index + 1}`, vpc, [subnet], child));
    for (const [index, table] of innerTables.entries()) {
      const nat = nats[index] ?? nats[0];
      if (!nat) continue;
      new Route(`${name}-private-${index + 1}`, { routeTableId: table.id, natGatewayId: nat.id, ...everywhere }, child);
    }
    new Endpoints(
      `${name}-endpoints`,
      {
        vpcId: vpc.id,
        cidr: network.cidr,
        region: args.region,
        subnetIds: inner.map((subnet) => subnet.id),
        routeTableIds: innerTables.map((table) => table.id),
        instead: network.natGateways === 'none',
      },
      child,
    );
    new FlowLog(`${name}-flow`, { vpcId: vpc.id, days: args.flowLogDays, keyArn: args.logKeyArn }, child);

    this.vpcId = vpc.id;
    this.cidr = network.cidr;
    this.publicSubnetIds = open.map((subnet) => subnet.id);
    this.privateSubnetIds = inner.map((subnet) => subnet.id);
    this.isolatedSubnetIds = isolated.map((subnet) => subnet.id);
    this.registerOutputs({ vpcId: this.vpcId });
  }
}

function routeTable(
  name: string,
  vpc: Vpc,
  subnets: readonly Subnet[],
  opts: pulumi.CustomResourceOptions,
): RouteTable {
  const table = new RouteTable(name, { vpcId: vpc.id, tags: { Name: name } }, opts);
  for (const [index, subnet] of subnets.entries()) {
    const suffix = subnets.length > 1 ? `-${index + 1}` : '';
    new RouteTableAssociation(`${name}${suffix}`, { routeTableId: table.id, subnetId: subnet.id }, opts);
  }
  return table;
}

function natGateways(
  name: string,
  kind: CreatedNetwork['natGateways'],
  subnets: readonly Subnet[],
  opts: pulumi.CustomResourceOptions,
): readonly NatGateway[] {
  const places = kind === 'none' ? [] : kind === 'one' ? subnets.slice(0, 1) : subnets;
  return places.map((subnet, index) => {
    const nat = `${name}-nat-${index + 1}`;
    const address = new Eip(nat, { domain: 'vpc', tags: { Name: nat } }, opts);
    return new NatGateway(nat, { subnetId: subnet.id, allocationId: address.id, tags: { Name: nat } }, opts);
  });
}
