import type { Conditions } from './policy.js';

/**
 * The logins that RDS makes for the masters of these instances, a pattern of their ARNs: it names them by chance, and says
 * whose each is in a tag, https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html.
 */
export function loginsOf(instances: string): [resources: readonly string[], conditions: Conditions] {
  const [, , , region = '*', account = '*'] = instances.split(':');
  const secrets = `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-*`;
  return [[secrets], { StringLike: { 'aws:ResourceTag/aws:rds:primaryDBInstanceArn': instances } }];
}
