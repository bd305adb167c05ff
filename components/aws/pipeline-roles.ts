import { OpenIdConnectProvider } from '@pulumi/aws/iam/openIdConnectProvider.js';
import * as pulumi from '@pulumi/pulumi';
import { policy, type Statement } from './policy.js';
import { ProvisionRole } from './provision-role.js';
import { ReleaseRole } from './release-role.js';

export interface PipelineRolesArgs {
  readonly environment: string;
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** The account has GitHub's provider already, of which there can be one only. */
  readonly githubProviderArn: string | null;
  /** What a release may do. */
  readonly releases: readonly Statement[];
}

const github = 'token.actions.githubusercontent.com';

/** Two roles for the workflows of one repository: no key that could leak is ever made. */
export class PipelineRoles extends pulumi.ComponentResource {
  readonly releaseRoleArn: pulumi.Output<string>;
  readonly provisionRoleArn: pulumi.Output<string>;

  constructor(name: string, args: PipelineRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:PipelineRoles', name, {}, opts);
    const child = { parent: this };
    const providerArn =
      args.githubProviderArn ??
      new OpenIdConnectProvider(name, { url: `https://${github}`, clientIdLists: ['sts.amazonaws.com'] }, child).arn;
    const workflow = workflowTrust(providerArn, args.repository, args.environment);
    const release = new ReleaseRole(
      `${name}-release`,
      { trustPolicy: policy(workflow), statements: args.releases },
      child,
    );
    const chained = { Effect: 'Allow', Principal: { AWS: release.arn }, Action: ['sts:AssumeRole'] } as const;
    const provision = new ProvisionRole(`${name}-provision`, { trustPolicy: policy(workflow, chained) }, child);
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
