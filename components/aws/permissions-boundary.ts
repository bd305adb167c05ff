import { Policy } from '@pulumi/aws/iam/policy.js';
import * as pulumi from '@pulumi/pulumi';
import { allow, deny, policy, type Statement } from './policy.js';

export interface PermissionsBoundaryArgs {
  readonly boundaryName: string;
  readonly accountId: string;
}

/** Services that an environment consists of. */
export const environmentServices: readonly string[] = [
  'application-autoscaling',
  'backup',
  'backup-storage',
  'chatbot',
  'cloudformation',
  'cloudwatch',
  'ec2',
  'ecr',
  'ecs',
  'elasticloadbalancing',
  'events',
  'iam',
  'kms',
  'lambda',
  'logs',
  'pi',
  'rds',
  'route53',
  's3',
  'scheduler',
  'secretsmanager',
  'serverlessrepo',
  'sns',
  'ssm',
  'sts',
  'tag',
];

/** The most that any role of the environment may ever do, whoever made it: every one carries this. */
export class PermissionsBoundary extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PermissionsBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:PermissionsBoundary', name, {}, opts);
    const arn = `arn:aws:iam::${args.accountId}:policy/${args.boundaryName}`;
    const description = 'The most that roles of this environment may ever do';
    const text = policy(...boundaryStatements(arn));
    this.arn = new Policy(name, { name: args.boundaryName, description, policy: text }, { parent: this }).arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** A role that could make a role without this boundary, or take the boundary off, would not be bounded. */
function boundaryStatements(boundaryArn: string): readonly Statement[] {
  return [
    allow(
      environmentServices.map((service) => `${service}:*`),
      ['*'],
    ),
    {
      Sid: 'OnlyBoundedRoles',
      Effect: 'Deny',
      Action: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'],
      Resource: ['*'],
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundaryArn } },
    },
    deny(['iam:DeleteRolePermissionsBoundary'], ['*']),
    deny(
      ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'],
      [boundaryArn],
    ),
    deny(['iam:*User*', 'iam:*AccessKey*', 'iam:*Group*', 'iam:*SAML*', 'iam:*LoginProfile*', 'iam:*MFA*'], ['*']),
  ];
}
