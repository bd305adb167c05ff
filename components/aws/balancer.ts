import { Listener } from '@pulumi/aws/lb/listener.js';
import { ListenerRule } from '@pulumi/aws/lb/listenerRule.js';
import { LoadBalancer } from '@pulumi/aws/lb/loadBalancer.js';
import { Record as DnsRecord } from '@pulumi/aws/route53/record.js';
import * as pulumi from '@pulumi/pulumi';
import { maintenancePath } from '../../contract/aws-route.js';
import { AccessLogs } from './access-logs.js';
import type { NetworkIds } from './network-ids.js';
import { ruleConditions } from './rule-conditions.js';
import { shortForAutonaming } from './short-name.js';

export interface BalancerArgs {
  readonly accountId: string;
  readonly network: NetworkIds;
  readonly securityGroupId: pulumi.Input<string>;
  readonly internal: boolean;
  /** Null: plain HTTP. */
  readonly certificateArn: string | null;
  readonly tlsPolicy: string;
  readonly deletionProtection: boolean;
  readonly accessLogDays: number;
  readonly domain: { readonly name: string; readonly zoneId: string } | null;
  readonly protect: boolean;
}

/** Ports of the listeners: users', the one that only redirects to it, and the runner's. */
export function balancerPorts(certificateArn: string | null): { users: number; redirect: number | null; test: number } {
  return certificateArn === null ? { users: 80, redirect: null, test: 8080 } : { users: 443, redirect: 80, test: 8443 };
}

const json = (body: string, statusCode: string) => ({
  type: 'fixed-response',
  fixedResponse: { contentType: 'application/json', messageBody: body, statusCode },
});

/** An application load balancer with a listener for users, one for the runner, and a maintenance page that is off. Routes are Route's. */
export class Balancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly testUrl: pulumi.Output<string>;
  readonly listenerArn: pulumi.Output<string>;
  readonly testListenerArn: pulumi.Output<string>;
  readonly maintenanceRuleArn: pulumi.Output<string>;
  readonly metricDimension: pulumi.Output<string>;

  constructor(name: string, args: BalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:Balancer', name, {}, opts);
    const child = { parent: this };
    const kept = { parent: this, protect: args.protect };
    const logArgs = { accountId: args.accountId, days: args.accessLogDays, protect: args.protect };
    const logs = new AccessLogs(`${name}-logs`, logArgs, child);
    const balancer = new LoadBalancer(
      shortForAutonaming(name, 32),
      {
        loadBalancerType: 'application',
        internal: args.internal,
        securityGroups: [args.securityGroupId],
        subnets: args.internal ? args.network.privateSubnetIds : args.network.publicSubnetIds,
        enableDeletionProtection: args.deletionProtection,
        dropInvalidHeaderFields: true,
        idleTimeout: 60,
        accessLogs: { enabled: true, bucket: logs.bucket },
      },
      kept,
    );
    const ports = balancerPorts(args.certificateArn);
    const tls =
      args.certificateArn === null
        ? { protocol: 'HTTP' }
        : { protocol: 'HTTPS', certificateArn: args.certificateArn, sslPolicy: args.tlsPolicy };
    const listener = (what: string, port: number): Listener => {
      const defaultActions = [json('{"error":"no service has this address"}', '404')];
      return new Listener(`${name}-${what}`, { loadBalancerArn: balancer.arn, port, ...tls, defaultActions }, kept);
    };
    const users = listener('users', ports.users);
    const test = listener('test', ports.test);
    if (ports.redirect !== null) {
      const redirect = { port: String(ports.users), protocol: 'HTTPS', statusCode: 'HTTP_301' };
      const plain = { loadBalancerArn: balancer.arn, port: ports.redirect, protocol: 'HTTP' };
      new Listener(`${name}-redirect`, { ...plain, defaultActions: [{ type: 'redirect', redirect }] }, child);
    }
    const maintenance = new ListenerRule(
      `${name}-maintenance`,
      {
        listenerArn: users.arn,
        priority: 1,
        conditions: ruleConditions([{ field: 'path', values: [maintenancePath] }]),
        actions: [json('{"error":"under maintenance, back soon"}', '503')],
      },
      // Switched on by the pipeline, which widens its conditions: an `up` in the meantime must not switch it off.
      { ...kept, ignoreChanges: ['conditions'] },
    );
    if (args.domain) {
      const aliases = [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }];
      new DnsRecord(name, { zoneId: args.domain.zoneId, name: args.domain.name, type: 'A', aliases }, child);
    }

    const scheme = args.certificateArn === null ? 'http' : 'https';
    const host = args.domain ? pulumi.output(args.domain.name) : balancer.dnsName;
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.url = pulumi.interpolate`${scheme}://${host}`;
    this.testUrl = pulumi.interpolate`${scheme}://${host}:${ports.test}`;
    this.listenerArn = users.arn;
    this.testListenerArn = test.arn;
    this.maintenanceRuleArn = maintenance.arn;
    this.metricDimension = balancer.arnSuffix;
    this.registerOutputs({ dnsName: this.dnsName });
  }
}
