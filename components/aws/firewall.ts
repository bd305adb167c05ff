import { SecurityGroup } from '@pulumi/aws/ec2/securityGroup.js';
import { SecurityGroupEgressRule } from '@pulumi/aws/vpc/securityGroupEgressRule.js';
import { SecurityGroupIngressRule } from '@pulumi/aws/vpc/securityGroupIngressRule.js';
import * as pulumi from '@pulumi/pulumi';

export interface FirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Where users come from. */
  readonly usersFrom: string;
  readonly userPorts: readonly number[];
  readonly testPort: number;
  readonly testFrom: readonly string[];
  /** Ports that services listen on. */
  readonly servicePorts: readonly number[];
}

/** Who may talk to whom: users to the balancer, the balancer to services, services to the database, services to the world. */
export class Firewall extends pulumi.ComponentResource {
  readonly balancerGroupId: pulumi.Output<string>;
  readonly serviceGroupId: pulumi.Output<string>;
  readonly databaseGroupId: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Firewall', name, {}, opts);
    const child = { parent: this };
    const group = (what: string, description: string): SecurityGroup => {
      const tags = { Name: `${name}-${what}` };
      return new SecurityGroup(`${name}-${what}`, { vpcId: args.vpcId, description, tags }, child);
    };
    const balancer = group('balancer', 'The load balancer');
    const services = group('services', 'Services of both slots');
    const database = group('database', 'The database');

    for (const port of args.userPorts) {
      new SecurityGroupIngressRule(
        `${name}-users-${port}`,
        { securityGroupId: balancer.id, cidrIpv4: args.usersFrom, ...tcp(port), description: 'Users' },
        child,
      );
    }
    for (const cidr of args.testFrom) {
      new SecurityGroupIngressRule(
        `${name}-test-${cidr.replace(/[./]/g, '-')}`,
        { securityGroupId: balancer.id, cidrIpv4: cidr, ...tcp(args.testPort), description: 'Tests of an idle slot' },
        child,
      );
    }
    for (const port of new Set(args.servicePorts)) {
      between(`${name}-balancer-services-${port}`, balancer, services, port, child);
    }
    between(`${name}-services-database`, services, database, 5432, child);
    const anywhere = { ipProtocol: '-1', cidrIpv4: '0.0.0.0/0', description: 'Services call others' };
    new SecurityGroupEgressRule(`${name}-services-out`, { securityGroupId: services.id, ...anywhere }, child);

    this.balancerGroupId = balancer.id;
    this.serviceGroupId = services.id;
    this.databaseGroupId = database.id;
    this.registerOutputs({ serviceGroupId: this.serviceGroupId });
  }
}

/** A way out of one group and into the other. */
function between(
  name: string,
  from: SecurityGroup,
  to: SecurityGroup,
  port: number,
  opts: pulumi.CustomResourceOptions,
): void {
  new SecurityGroupEgressRule(
    name,
    { securityGroupId: from.id, referencedSecurityGroupId: to.id, ...tcp(port), description: `To ${name}` },
    opts,
  );
  new SecurityGroupIngressRule(
    name,
    { securityGroupId: to.id, referencedSecurityGroupId: from.id, ...tcp(port), description: `By ${name}` },
    opts,
  );
}

function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port };
}
