import { OpenIdConnectProvider } from '@pulumi/aws/iam/openIdConnectProvider.js';
import * as pulumi from '@pulumi/pulumi';
import { policy, type Statement } from './policy.js';
import { PreviewRole } from './preview-role.js';
import { ProvisionRole } from './provision-role.js';
import { ReleaseRole } from './release-role.js';
import type { PolicyApart } from './release-statements.js';

export interface PipelineRolesArgs {
  readonly environment: string;
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** The account has GitHub's provider already, of which there can be one only. */
  readonly githubProviderArn: string | null;
  /** Scheduled jobs go on with what waits, in an environment of GitHub's that asks nobody. */
  readonly due: boolean;
  /** What a release may do. */
  readonly releases: readonly Statement[];
  /** The same, of which each is a policy of its own. */
  readonly apart: readonly PolicyApart[];
  /** What a preview may read. */
  readonly previews: readonly Statement[];
  /** The only objects that a release may delete. */
  readonly passingArns: readonly string[];
  /** The only objects that a release may write over. */
  readonly replacedArns: readonly string[];
  /** The only secrets that a release may give another value. */
  readonly writableSecretArns: readonly pulumi.Input<string>[];
  /** The only instances that a release may delete. */
  readonly copyArns: readonly string[];
}

const github = 'token.actions.githubusercontent.com';

/**
 * Three roles for the workflows of one repository: no key that could leak is ever made. None can become another: a
 * release that could provision could delete the database after all.
 */
export class PipelineRoles extends pulumi.ComponentResource {
  readonly releaseRoleArn: pulumi.Output<string>;
  readonly provisionRoleArn: pulumi.Output<string>;
  readonly previewRoleArn: pulumi.Output<string>;

  constructor(name: string, args: PipelineRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:PipelineRoles', name, {}, opts);
    const child = { parent: this };
    const providerArn =
      args.githubProviderArn ??
      new OpenIdConnectProvider(name, { url: `https://${github}`, clientIdLists: ['sts.amazonaws.com'] }, child).arn;
    const workflow = workflowTrust(providerArn, args.repository, args.environment);
    const due = workflowTrust(providerArn, args.repository, `${args.environment}-due`);
    const { releases: statements, apart, passingArns, replacedArns, writableSecretArns, copyArns } = args;
    const trustPolicy = policy(workflow, ...(args.due ? [due] : []));
    const release = new ReleaseRole(
      `${name}-release`,
      { trustPolicy, statements, apart, passingArns, replacedArns, writableSecretArns, copyArns },
      child,
    );
    const provision = new ProvisionRole(`${name}-provision`, { trustPolicy: policy(workflow) }, child);
    const previews = workflowTrust(providerArn, args.repository, `${args.environment}-preview`);
    const previewArgs = { trustPolicy: policy(previews), statements: args.previews };
    this.previewRoleArn = new PreviewRole(`${name}-preview`, previewArgs, child).arn;
    this.releaseRoleArn = release.arn;
    this.provisionRoleArn = provision.arn;
    this.registerOutputs({ releaseRoleArn: this.releaseRoleArn });
  }
}

/** Only a job that GitHub ran for the environment of this name, with the approvals it asks for. */
function workflowTrust(provider: pulumi.Input<string>, repository: string, environment: string): Statement {
  return {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: {
      StringEquals: {
        [`${github}:aud`]: 'sts.amazonaws.com',
        [`${github}:sub`]: `repo:${repository}:environment:${environment}`,
      },
    },
  };
}
