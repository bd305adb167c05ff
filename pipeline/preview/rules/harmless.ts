import type { Rule } from '../finding.js';
import { isCosmetic } from '../is-cosmetic.js';
import { kindOf } from '../kind-of.js';
import { slotOf } from '../slot-of.js';
import { dataKinds } from '../data-kinds.js';
import { isStateless } from '../stateless-kinds.js';
import { topOf } from '../values.js';

/** Keys whose every change was looked at by another rule, so that its silence is an answer. */
const judged: Readonly<Record<string, readonly string[]>> = {
  'aws:iam:Role': ['assumeRolePolicy', 'inlinePolicies', 'managedPolicyArns', 'permissionsBoundary'],
  'aws:iam:Policy': ['policy'],
  'aws:iam:RolePolicy': ['policy'],
  'aws:s3:BucketPolicy': ['policy'],
  'aws:sns:TopicPolicy': ['policy'],
  'aws:kms:Key': ['policy', 'enableKeyRotation'],
  'aws:ec2:SecurityGroup': ['ingress', 'egress'],
  'aws:vpc:SecurityGroupIngressRule': [
    'cidrIpv4',
    'cidrIpv6',
    'fromPort',
    'toPort',
    'ipProtocol',
    'referencedSecurityGroupId',
  ],
  'aws:vpc:SecurityGroupEgressRule': [
    'cidrIpv4',
    'cidrIpv6',
    'fromPort',
    'toPort',
    'ipProtocol',
    'referencedSecurityGroupId',
  ],
  'aws:rds:Instance': [
    'allocatedStorage',
    'maxAllocatedStorage',
    'backupRetentionPeriod',
    'deletionProtection',
    'multiAz',
    'performanceInsightsEnabled',
    'publiclyAccessible',
  ],
  'aws:cloudwatch:LogGroup': ['retentionInDays'],
  'aws:cloudwatch:Dashboard': ['dashboardBody'],
  // Where the guard asks; that there is one is what counts.
  'crossfade:SlotGuard': ['routes', 'background', 'clusterArn', 'metricDimension', 'maintenanceRuleArn', '__provider'],
};

/** Whatever else is deleted may be needed by something: nobody knows here. */
const unused = new Set(['aws:cloudwatch:Dashboard', 'aws:ecs:TaskDefinition']);

/** What is known to harm nobody, and why. Last of the rules: it speaks only where no other saw danger. */
export const harmless: Rule = (change, { live }) => {
  const { operation, custom, paths } = change;
  const kind = kindOf(change.type);
  const say = (because: string) => [{ danger: 'harmless' as const, because }];
  if (operation === 'read' || operation === 'forget') return say('is only read');
  if (!custom) return operation === 'unprotect' ? [] : say('exists in Pulumi only');
  if (kind === 'aws:ecs:TaskDefinition' && (operation === 'replace' || operation === 'create'))
    return say('a new revision: nothing runs it until a service names it');
  const slot = slotOf(change);
  const known = kind in dataKinds || isStateless(kind);
  if (slot !== undefined && live !== undefined && !live.includes(slot) && isStateless(kind))
    return say(`${slot} has no traffic`);
  if (operation === 'create') return known ? say('is new, and takes nothing from what stands') : [];
  if (operation === 'delete') return unused.has(kind) ? say('nothing needs it') : [];
  if (operation === 'refresh')
    return paths.every((path) => isCosmetic(topOf(path))) ? say('differs in words only from what Pulumi knew') : [];
  if (operation !== 'update' || change.unseen) return [];
  const open = paths.map(topOf).filter((key) => !isCosmetic(key) && !(judged[kind] ?? []).includes(key));
  return open.length === 0 ? say(`${[...new Set(paths.map(topOf))].join(', ')} only`) : [];
};
