import type * as pulumi from '@pulumi/pulumi';
import { PermissionsBoundary } from '../components/aws/permissions-boundary.js';
import { PipelineRoles } from '../components/aws/pipeline-roles.js';
import { releaseStatements } from '../components/aws/release-statements.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import { bucketOf } from '../contract/bucket-of.js';

export interface AwsBoundary {
  readonly arn: pulumi.Output<string> | null;
  /** Gives the boundary to every role that is made below. */
  readonly opts: pulumi.ComponentResourceOptions;
}

/** Only where workflows may provision: then nobody's role exceeds the boundary. */
export function awsBoundary(
  name: string,
  { pipeline, accountId }: AwsConfiguration,
  opts: pulumi.ComponentResourceOptions,
): AwsBoundary {
  if (pipeline.repository === null) return { arn: null, opts: {} };
  const { arn } = new PermissionsBoundary(`${name}-boundary`, { boundaryName: `${name}-boundary`, accountId }, opts);
  const bounded: pulumi.ResourceTransformation = ({ type, props, opts: own }) =>
    type === 'aws:iam/role:Role'
      ? { props: { ...(props as Record<string, unknown>), permissionsBoundary: arn }, opts: own }
      : undefined;
  return { arn, opts: { transformations: [bounded] } };
}

/** Null where no repository is named. */
export function awsRoles(
  name: string,
  options: { readonly environment: string; readonly configuration: AwsConfiguration },
  opts: pulumi.ComponentResourceOptions,
): PipelineRoles | null {
  const { environment, configuration } = options;
  const { repository, githubProviderArn } = configuration.pipeline;
  if (repository === null) return null;
  const releases = releaseStatements({
    accountId: configuration.accountId,
    region: configuration.region,
    store: bucketOf(configuration.store),
  });
  return new PipelineRoles(name, { environment, repository, githubProviderArn, releases }, opts);
}
