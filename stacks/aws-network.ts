import type * as pulumi from '@pulumi/pulumi';
import { balancerPorts } from '../components/aws/balancer.js';
import { Firewall } from '../components/aws/firewall.js';
import type { NetworkIds } from '../components/aws/network-ids.js';
import { Network } from '../components/aws/network.js';
import type { AwsConfiguration } from '../contract/configuration.js';

/** A network of our own, or the one that stands already. */
export function awsNetwork(
  name: string,
  configuration: AwsConfiguration,
  logKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): NetworkIds {
  const { network, region, logDays } = configuration;
  if (network.kind === 'create') return new Network(name, { network, region, flowLogDays: logDays, logKeyArn }, opts);
  return {
    vpcId: network.vpcId,
    cidr: network.cidr,
    publicSubnetIds: network.publicSubnetIds,
    privateSubnetIds: network.privateSubnetIds,
    isolatedSubnetIds: network.isolatedSubnetIds,
  };
}

export function awsFirewall(
  name: string,
  configuration: AwsConfiguration,
  network: NetworkIds,
  opts: pulumi.ComponentResourceOptions,
): Firewall {
  const { balancer, services } = configuration;
  const ports = balancerPorts(balancer.certificateArn);
  return new Firewall(
    name,
    {
      vpcId: network.vpcId,
      usersFrom: balancer.internal ? network.cidr : '0.0.0.0/0',
      userPorts: ports.redirect === null ? [ports.users] : [ports.users, ports.redirect],
      testPort: ports.test,
      testFrom: [network.cidr, ...balancer.testFrom],
      servicePorts: Object.values(services).flatMap((service) => (service.kind === 'routed' ? [service.port] : [])),
    },
    opts,
  );
}
