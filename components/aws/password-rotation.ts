import { SecretRotation } from '@pulumi/aws/secretsmanager/secretRotation.js';
import { CloudFormationStack } from '@pulumi/aws/serverlessrepository/cloudFormationStack.js';
import * as pulumi from '@pulumi/pulumi';
import { shortForAutonaming } from './short-name.js';

export interface PasswordRotationArgs {
  readonly region: string;
  readonly afterDays: number;
  readonly secretArn: pulumi.Input<string>;
  readonly masterSecretArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

/** AWS's own function for roles that take turns: what the last release was given still works until the turn after. */
const application =
  'arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSPostgreSQLRotationMultiUser';

/** Changes the application's password by and by. */
export class PasswordRotation extends pulumi.ComponentResource {
  constructor(name: string, args: PasswordRotationArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:PasswordRotation', name, {}, opts);
    const child = { parent: this };
    const stack = new CloudFormationStack(
      name,
      {
        applicationId: application,
        capabilities: ['CAPABILITY_IAM', 'CAPABILITY_RESOURCE_POLICY'],
        parameters: {
          endpoint: `https://secretsmanager.${args.region}.amazonaws.com`,
          functionName: shortForAutonaming(name, 64),
          superuserSecretArn: args.masterSecretArn,
          superuserSecretKmsKeyArn: args.keyArn,
          kmsKeyArn: args.keyArn,
          vpcSubnetIds: pulumi.all(args.subnetIds).apply((ids) => ids.join(',')),
          vpcSecurityGroupIds: args.securityGroupId,
          excludeCharacters: ` %+~\`#$&*()|[]{}:;<>?!'/@"\\`,
        },
      },
      child,
    );
    const rotationLambdaArn = stack.outputs.apply((outputs) => outputs['RotationLambdaARN'] ?? '');
    const rotationRules = { automaticallyAfterDays: args.afterDays };
    // Not at once: the role has to be there, and the first run makes it.
    new SecretRotation(
      name,
      { secretId: args.secretArn, rotationLambdaArn, rotationRules, rotateImmediately: false },
      child,
    );
    this.registerOutputs();
  }
}
