import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { darkPath, maintenancePath, routeConditions } from '../../contract/aws-route.js';
import type { Route } from '../../platforms/aws/route.js';
import { makeSubnets } from './moto-subnets.js';

export interface MotoBalancer {
  readonly arn: string;
  readonly listenerArn: string;
  readonly metricDimension: string;
  /** Of the maintenance page, which is off. */
  readonly maintenanceRuleArn: string;
  readonly routes: readonly Route[];
  /** By service a target group that is for rehearsals, with nobody in it; at `rehearsalPort`. */
  readonly rehearsalGroups: Readonly<Record<string, string>>;
}

export const rehearsalPort = 8080;
const paths = { admin: '/admin', api: '/api', web: '/' };

/** A load balancer in moto with a maintenance page and a route per service: api and web open with everything on blue, admin dark. */
export async function makeMotoBalancer(url: string): Promise<MotoBalancer> {
  const client = new ElasticLoadBalancingV2Client({ region: 'eu-central-1', endpoint: url });
  const { vpcId, subnetIds: Subnets } = await makeSubnets(url);
  const made = await client.send(new CreateLoadBalancerCommand({ Name: 'shop', Type: 'application', Subnets }));
  const arn = made.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const DefaultActions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];
  const listened = await client.send(
    new CreateListenerCommand({ LoadBalancerArn: arn, Port: 80, Protocol: 'HTTP', DefaultActions }),
  );
  const listenerArn = listened.Listeners?.[0]?.ListenerArn ?? '';
  const empty = async (Name: string, Port: number): Promise<string> => {
    const wanted = { Name, Protocol: 'HTTP' as const, Port, VpcId: vpcId, TargetType: 'ip' as const };
    const created = await client.send(new CreateTargetGroupCommand(wanted));
    return created.TargetGroups?.[0]?.TargetGroupArn ?? '';
  };
  const group = async (name: string): Promise<string> => {
    const TargetGroupArn = await empty(name, 80);
    await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.0.10', Port: 80 }] }));
    return TargetGroupArn;
  };
  const rehearsalGroups = {
    api: await empty('api-rehearsal', rehearsalPort),
    web: await empty('web-rehearsal', rehearsalPort),
  };
  const routes: Route[] = [];
  for (const [service, path] of Object.entries(paths)) {
    const targetGroups = { blue: await group(`${service}-blue`), green: await group(`${service}-green`) };
    const TargetGroups = [
      { TargetGroupArn: targetGroups.blue, Weight: 100 },
      { TargetGroupArn: targetGroups.green, Weight: 0 },
    ];
    const rule = await client.send(
      new CreateRuleCommand({
        ListenerArn: listenerArn,
        Priority: 10 + routes.length,
        Conditions: [
          { Field: 'path-pattern', PathPatternConfig: { Values: [service === 'admin' ? darkPath : `${path}*`] } },
        ],
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
      }),
    );
    const conditions = { open: routeConditions({ path }, false), dark: routeConditions({ path }, true) };
    routes.push({ service, ruleArn: rule.Rules?.[0]?.RuleArn ?? '', targetGroups, conditions });
  }
  const maintenance = await client.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [maintenancePath] } }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
    }),
  );
  client.destroy();
  const maintenanceRuleArn = maintenance.Rules?.[0]?.RuleArn ?? '';
  const metricDimension = arn.slice(arn.indexOf('app/'));
  return { arn, listenerArn, metricDimension, maintenanceRuleArn, routes, rehearsalGroups };
}
