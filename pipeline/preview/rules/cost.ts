import type { Change } from '../change.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { numberAt, textAt, touches } from '../values.js';

/** Kinds that are paid for while they stand, by what they are. */
const paid: Readonly<Record<string, string>> = {
  'aws:rds:Instance': 'a database',
  'aws:rds:ClusterInstance': 'a database',
  'aws:elasticache:ReplicationGroup': 'a cache',
  'aws:opensearch:Domain': 'an index',
  'aws:lb:LoadBalancer': 'a load balancer',
  'aws:ec2:NatGateway': 'a NAT gateway, by the hour and by the byte',
  'aws:ec2:Eip': 'an address',
  'aws:ec2:VpcEndpoint': 'an endpoint',
  'aws:ec2:Instance': 'a machine',
  'aws:ecs:Service': 'tasks, by the second',
  'aws:kms:Key': 'a key',
  'aws:secretsmanager:Secret': 'a secret',
  'aws:cloudwatch:MetricAlarm': 'an alarm',
  'aws:cloudwatch:CompositeAlarm': 'an alarm',
  'aws:cloudwatch:Dashboard': 'a dashboard',
  'aws:route53:Zone': 'a zone',
  'aws:efs:FileSystem': 'what it holds',
  'aws:s3:Bucket': 'what it holds',
  'aws:cloudwatch:LogGroup': 'what it holds',
  'kubernetes:PersistentVolumeClaim': 'a volume',
};

/** Numbers of which more is paid for. */
const counted = [
  'desiredCount',
  'minCapacity',
  'maxCapacity',
  'allocatedStorage',
  'iops',
  'backupRetentionPeriod',
  'retentionInDays',
  'cpu',
  'memory',
  'numCacheClusters',
  'replicas',
  'size',
  'instanceCount',
];
const switched = ['multiAz', 'performanceInsightsEnabled'];
const sizes = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge'];

/** Whether more or less will be paid, by counts and classes. Prices are not known here. */
export const cost: Rule = (change) => {
  const what = paid[kindOf(change.type)];
  if (change.operation === 'create' && what !== undefined) return [say('more', what)];
  if (change.operation === 'delete' && what !== undefined)
    return [
      say(
        change.retained ? 'unknown' : 'less',
        change.retained ? `${what} goes on costing, and nobody sees it here` : what,
      ),
    ];
  if (change.operation !== 'update' && change.operation !== 'replace') return [];
  return [...numbers(change), ...switches(change), ...classes(change)];
};

function say(direction: 'more' | 'less' | 'unknown', because: string): Finding {
  return { danger: 'cost', because: `${direction}: ${because}` };
}

function numbers({ before, after }: Change): Finding[] {
  return counted.flatMap((key) => {
    const [old, now] = [numberAt(before, key), numberAt(after, key)];
    if (old === undefined || now === undefined || old === now) return [];
    // Logs with 0 days are kept for ever.
    const more = key === 'retentionInDays' && (old === 0 || now === 0) ? now === 0 : now > old;
    return [say(more ? 'more' : 'less', `${key} from ${old} to ${now}`)];
  });
}

function switches({ before, after }: Change): Finding[] {
  return switched
    .filter((key) => (before?.[key] === true) !== (after?.[key] === true))
    .map((key) => say(after?.[key] === true ? 'more' : 'less', `${key} is ${after?.[key] === true ? 'on' : 'off'}`));
}

function classes(change: Change): Finding[] {
  return ['instanceClass', 'instanceType', 'nodeType']
    .filter((key) => touches(change, key))
    .map((key) => {
      const [old, now] = [textAt(change.before, key), textAt(change.after, key)];
      const words = `${key} from ${old ?? 'an unknown one'} to ${now ?? 'an unknown one'}`;
      const [one, other] = [classOf(old), classOf(now)];
      if (one?.family !== other?.family || one === undefined || other === undefined)
        return say('unknown', `${words}: another family`);
      return one.size === other.size ? say('unknown', words) : say(other.size > one.size ? 'more' : 'less', words);
    });
}

/** db.t4g.2xlarge: family db.t4g, size 6. */
function classOf(text: string | undefined): { readonly family: string; readonly size: number } | undefined {
  const [, family, times, word] = /^(.+)\.(\d*)([a-z]+)$/.exec(text ?? '') ?? [];
  const size = sizes.indexOf(word ?? '');
  if (family === undefined || size < 0) return undefined;
  return { family, size: times === undefined || times === '' ? size : size - 1 + Number(times) };
}
