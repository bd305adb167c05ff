import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { environmentServices } from './permissions-boundary.js';
import { allow, policy } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface ProvisionRoleArgs {
  readonly trustPolicy: pulumi.Input<string>;
}

/** A database with a standby and a replica takes its time. */
export const provisionSeconds = 2 * 3_600;

/**
 * What `pulumi up` runs as. Unlike the release role's, its policy is not derived from calls: a provider makes those it
 * likes. The boundary that every role carries is its limit.
 */
export class ProvisionRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ProvisionRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:ProvisionRole', name, {}, opts);
    const description = 'Provisions the environment and its slots; its policy is not derived from calls';
    const trust = { assumeRolePolicy: args.trustPolicy, maxSessionDuration: provisionSeconds, description };
    const role = new Role(shortForAutonaming(name, 64), trust, { parent: this });
    const actions = environmentServices.map((service) => `${service}:*`);
    new RolePolicy(name, { role: role.id, policy: policy(allow(actions, ['*'])) }, { parent: this });
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
