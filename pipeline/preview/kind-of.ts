/**
 * A short name for a resource's type, the same for the modules that Pulumi lets one type have:
 * `aws:rds/instance:Instance` is `aws:rds:Instance`, `kubernetes:apps/v1:StatefulSet` is `kubernetes:StatefulSet`.
 */
export function kindOf(type: string): string {
  const [provider = '', module = '', kind = ''] = type.split(':');
  if (provider === 'pulumi-nodejs' && module.startsWith('dynamic/local')) return `local:${kind}`;
  if (provider === 'pulumi-nodejs' && module.startsWith('dynamic/aws')) return `crossfade:${kind}`;
  if (provider === 'kubernetes' || provider === 'docker' || provider === 'random' || provider === 'tls') {
    return `${provider}:${kind}`;
  }
  const service = module.split('/')[0] ?? '';
  return `${provider}:${balancing.includes(service) ? 'lb' : service}:${kind}`;
}

/** Older names of one service. */
const balancing = ['alb', 'applicationloadbalancing', 'elasticloadbalancingv2'];
