import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import * as pulumi from '@pulumi/pulumi';
import { policy, type Statement } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface PreviewRoleArgs {
  readonly trustPolicy: pulumi.Input<string>;
  readonly statements: readonly Statement[];
}

/** What previews of branches run as: it reads, and changes nothing. */
export class PreviewRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PreviewRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:PreviewRole', name, {}, opts);
    const description = 'Previews: reads how everything is set, and changes nothing';
    const trust = { assumeRolePolicy: args.trustPolicy, maxSessionDuration: 3_600, description };
    const role = new Role(shortForAutonaming(name, 64), trust, { parent: this });
    new RolePolicy(name, { role: role.id, policy: policy(...args.statements) }, { parent: this });
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
