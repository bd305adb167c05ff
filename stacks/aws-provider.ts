import { Provider } from '@pulumi/aws/provider.js';
import type { AwsConfiguration } from '../contract/configuration.js';

/** `tags` are all of them, as `defaultTags` makes them. */
type Place = Pick<AwsConfiguration, 'region' | 'accountId' | 'tags' | 'endpoint'>;

/** Services of AWS that the components use, as the provider names its endpoints. */
const services = [
  'applicationautoscaling',
  'backup',
  'chatbot',
  'cloudwatch',
  'cloudwatchevents',
  'cloudwatchlogs',
  'ec2',
  'ecs',
  'elbv2',
  'iam',
  'kms',
  'lambda',
  'rds',
  'route53',
  's3',
  'scheduler',
  'secretsmanager',
  'serverlessrepo',
  'sns',
  'sts',
] as const;

/** Every resource goes to this account and region, or nowhere, and says whose it is. */
export function awsProvider(name: string, place: Place): Provider {
  const { endpoint } = place;
  return new Provider(name, {
    region: place.region,
    allowedAccountIds: [place.accountId],
    defaultTags: { tags: place.tags },
    ...(endpoint === null
      ? {}
      : {
          endpoints: [Object.fromEntries(services.map((service) => [service, endpoint]))],
          s3UsePathStyle: true,
          skipCredentialsValidation: true,
          skipMetadataApiCheck: true,
        }),
  });
}

export function defaultTags(
  { tags, product }: Pick<AwsConfiguration, 'tags' | 'product'>,
  environment: string,
): Record<string, string> {
  return {
    ...tags,
    'crossfade:product': product,
    'crossfade:environment': environment,
    'crossfade:managed-by': 'pulumi',
  };
}
