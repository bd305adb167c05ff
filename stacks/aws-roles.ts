import type * as pulumi from '@pulumi/pulumi';
import { PermissionsBoundary } from '../components/aws/permissions-boundary.js';
import { PipelineRoles } from '../components/aws/pipeline-roles.js';
import { previewStatements } from '../components/aws/preview-statements.js';
import {
  copiesOfSnapshots,
  releaseStatements,
  type ReleaseStatementsArgs,
} from '../components/aws/release-statements.js';
import { stateObjects, storeObjects } from '../components/aws/state-statements.js';
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

type Made = Pick<
  ReleaseStatementsArgs,
  | 'clusterName'
  | 'ruleArns'
  | 'database'
  | 'schedule'
  | 'taskRoleArns'
  | 'logGroupArns'
  | 'testAlarms'
  | 'secretArns'
  | 'loginArns'
  | 'dataKeyArn'
>;

/** Folders of a store of which only the last one counts, so that a release writes over what is there. */
const replaced = ['backups', 'outputs', 'slots'];
/** What passes: of a lease the newest renewals stay, of a look by `doctor` nothing. All else is kept for ever. */
const passing = ['doctor', 'leases'];

/** Null where no repository is named. */
export function awsRoles(
  name: string,
  options: Made & { readonly environment: string; readonly configuration: AwsConfiguration },
  opts: pulumi.ComponentResourceOptions,
): PipelineRoles | null {
  const { configuration, environment, ...made } = options;
  const { accountId, region, backend, secretsProvider, pipeline, imagesFrom } = configuration;
  const { repository, githubProviderArn, due } = pipeline;
  if (repository === null) return null;
  const store = bucketOf(configuration.store);
  const imageAccounts = [accountId, ...imagesFrom];
  const storeKeyArn = configuration.storeBucket.kmsKeyArn;
  const where = { accountId, region, backend, secretsProvider, store, storeKeyArn, imageAccounts };
  const { releases, apart } = releaseStatements({ ...made, ...where, environment });
  const { receivers } = configuration.alarms;
  const readSecretArns = receivers.flatMap((receiver) => ('urlSecretArn' in receiver ? [receiver.urlSecretArn] : []));
  const previews = previewStatements({ ...where, readSecretArns });
  const arnsOf = (folders: readonly string[]): string[] => folders.map((folder) => `${storeObjects(store)}${folder}/*`);
  const state = stateObjects(backend);
  const [passingArns, replacedArns] = [
    [...arnsOf(passing), state],
    [...arnsOf([...replaced, 'doctor']), state],
  ];
  const { database } = made;
  const writableSecretArns = [
    ...(database?.restore ? [database.applicationSecretArn] : []),
    ...(database?.rehearsal ? [database.rehearsal.loginSecretArn] : []),
  ];
  const copyArns = copiesOfSnapshots({ ...made, ...where });
  const rights = { releases, apart, previews, passingArns, replacedArns, writableSecretArns, copyArns };
  return new PipelineRoles(name, { environment, repository, githubProviderArn, due, ...rights }, opts);
}
