import { darkPath, maintenancePath, slotHeader } from '../../../contract/aws-route.js';
import type { Change } from '../change.js';
import { isCosmetic } from '../is-cosmetic.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { reachesOf, widerReach } from '../network-reach.js';
import { reachesUsers } from '../slot-of.js';
import { listAt, recordOf, topOf } from '../values.js';

/** Kinds that users' requests go through, and what happens to users when one goes. */
const routing: Readonly<Record<string, string>> = {
  'aws:lb:LoadBalancer': 'users reach the services through it',
  'aws:lb:Listener': 'users reach the services through it',
  'aws:lb:ListenerRule': 'it says which slot answers; a new one has the declared weights, not the live ones',
  'aws:lb:TargetGroup': 'the live slot is reached through it; a new one is empty',
  'aws:lb:TargetGroupAttachment': 'the live slot is reached through it',
  'aws:route53:Record': 'users find the service by it',
  'aws:cloudfront:Distribution': 'users reach the services through it',
  'aws:ec2:InternetGateway': 'traffic goes through it',
  'aws:ec2:NatGateway': 'services reach others through it',
  'aws:ec2:Route': 'traffic goes along it',
  'aws:ec2:RouteTable': 'traffic goes along it',
  'aws:ec2:RouteTableAssociation': 'traffic goes along it',
  'aws:ec2:Subnet': 'services stand in it',
  'aws:ec2:Vpc': 'everything stands in it',
  'aws:ec2:VpcEndpoint': 'services reach AWS through it',
  'aws:ec2:SecurityGroup': 'it lets traffic through',
  'aws:ec2:SecurityGroupRule': 'it lets traffic through',
  'aws:vpc:SecurityGroupIngressRule': 'it lets traffic through',
  'aws:vpc:SecurityGroupEgressRule': 'it lets traffic through',
  'kubernetes:Service': 'traffic goes through it',
  'kubernetes:Ingress': 'users reach the services through it',
  'kubernetes:HTTPRoute': 'it says which slot answers',
  'kubernetes:Gateway': 'users reach the services through it',
  'kubernetes:NetworkPolicy': 'it lets traffic through',
  'docker:Network': 'traffic goes through it',
  'local:Balancer': 'users reach the services through it',
};

/** Kinds that are the capacity of a slot. */
const capacity: Readonly<Record<string, string>> = {
  'aws:ecs:Service': 'its tasks answer users',
  'aws:ecs:Cluster': 'tasks run in it',
  'aws:ecs:ClusterCapacityProviders': 'tasks run on it',
  'aws:appautoscaling:Target': 'it says how many tasks there are',
  'aws:appautoscaling:Policy': 'it says how many tasks there are',
  'aws:appautoscaling:ScheduledAction': 'it says how many tasks there are',
  'aws:autoscaling:Group': 'its machines answer users',
  'kubernetes:Deployment': 'its pods answer users',
  'kubernetes:StatefulSet': 'its pods answer users',
  'kubernetes:HorizontalPodAutoscaler': 'it says how many pods there are',
  'kubernetes:PodDisruptionBudget': 'it keeps pods from being taken away',
  'docker:Container': 'it answers users',
  'local:Service': 'its processes answer users',
  'local:Slot': 'its processes answer users',
};

const watching = new Set([
  'aws:cloudwatch:MetricAlarm',
  'aws:cloudwatch:CompositeAlarm',
  'aws:sns:TopicSubscription',
  'aws:scheduler:ScheduleGroup',
]);

/** The only kinds whose creation takes traffic from something that stands. */
const takesTraffic = new Set([
  'aws:lb:Listener',
  'aws:lb:ListenerRule',
  'aws:route53:Record',
  'aws:ec2:Route',
  'kubernetes:Ingress',
  'kubernetes:HTTPRoute',
  'kubernetes:NetworkPolicy',
]);

/** What moves users' traffic, or the capacity that answers it. */
export const traffic: Rule = (change, circumstances) => {
  const { operation } = change;
  const kind = kindOf(change.type);
  if (watching.has(kind) && operation === 'delete') {
    return [{ danger: 'traffic', because: 'is deleted: a bad release is noticed by it, and taken back' }];
  }
  const role = routing[kind] ?? capacity[kind];
  if (role === undefined || circumstances.fresh || operation === 'read' || operation === 'forget') return [];
  const reached = reachesUsers(change, circumstances);
  if (reached === undefined) return [];
  if (operation === 'create')
    return takesTraffic.has(kind) && !isDarkRule(change)
      ? [{ danger: 'traffic', because: `is new, and may take what others get now: ${role}` }]
      : [];
  if (operation === 'update') return updated(change, kind, role, reached);
  return operation === 'unprotect' || operation === 'import'
    ? []
    : [{ danger: 'traffic', because: `${pastOf(operation)}: ${role}; ${reached}` }];
};

function updated(change: Change, kind: string, role: string, reached: string): Finding[] {
  const moving = [...new Set(change.paths.map(topOf))].filter((key) => !isCosmetic(key));
  if (moving.length === 0 && !change.unseen) return [];
  // What lets traffic through is judged by what it lets through.
  const [before, after] = [reachesOf(kind, change.before), reachesOf(kind, change.after)];
  if (before !== undefined && after?.known === true) {
    const gone = widerReach(after.reaches, before.reaches);
    return gone.map(({ words }) => ({ danger: 'traffic', because: `no longer lets through: ${words}; ${reached}` }));
  }
  const what = moving.length === 0 ? 'something that the engine does not name' : moving.join(', ');
  return [{ danger: 'traffic', because: `${what} changes: ${role}; ${reached}` }];
}

function pastOf(operation: string): string {
  return operation === 'delete' ? 'is deleted' : operation === 'replace' ? 'is replaced' : `'${operation}'`;
}

const ownPaths: readonly unknown[] = [darkPath, maintenancePath];

/** A rule that users' requests don't match: it asks for a path or a header of ours. */
function isDarkRule({ after }: Change): boolean {
  return listAt(after, 'conditions').some((each) => {
    const name = recordOf(recordOf(each)['httpHeader'])['httpHeaderName'];
    if (typeof name === 'string' && name.toLowerCase() === slotHeader) return true;
    const values = listAt(recordOf(recordOf(each)['pathPattern']), 'values');
    return values.length > 0 && values.every((value) => ownPaths.includes(value));
  });
}
