import { Role } from '@pulumi/aws/iam/role.js';
import { RolePolicy } from '@pulumi/aws/iam/rolePolicy.js';
import { RolePolicyAttachment } from '@pulumi/aws/iam/rolePolicyAttachment.js';
import * as pulumi from '@pulumi/pulumi';
import { loginsOf } from './master-logins.js';
import { allow, policy, trust, type Statement } from './policy.js';
import { shortForAutonaming } from './short-name.js';

export interface ServiceRolesArgs {
  readonly accountId: string;
  readonly logGroupArns: pulumi.Input<string>[];
  /** The only secrets that a task may be started with. */
  readonly secretArns: pulumi.Input<string>[];
  /** Of whose masters a task may be started with the login too, that RDS makes: a pattern of instances' ARNs. */
  readonly mastersOf?: string;
  readonly dataKeyArn: pulumi.Input<string>;
  /** Whose ECR images may be pulled from. */
  readonly imageAccounts: readonly string[];
  /** What the services themselves may do on AWS. */
  readonly taskPolicyArns: readonly string[];
}

/** `execution` starts a task: pulls its image, reads its secrets, writes its logs. `task` is what the service itself may do: nothing of AWS but what is given. */
export class ServiceRoles extends pulumi.ComponentResource {
  readonly executionRoleArn: pulumi.Output<string>;
  readonly taskRoleArn: pulumi.Output<string>;

  constructor(name: string, args: ServiceRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:ServiceRoles', name, {}, opts);
    const child = { parent: this };
    // Only ECS of this account: nobody else's service can borrow the role.
    const own = { StringEquals: { 'aws:SourceAccount': args.accountId } };
    const assumeRolePolicy = trust('ecs-tasks.amazonaws.com', own);
    const execution = new Role(shortForAutonaming(`${name}-execution`, 64), { assumeRolePolicy }, child);
    const task = new Role(shortForAutonaming(`${name}-task`, 64), { assumeRolePolicy }, child);
    for (const [index, policyArn] of args.taskPolicyArns.entries()) {
      new RolePolicyAttachment(`${name}-task-${index + 1}`, { role: task.name, policyArn }, child);
    }
    new RolePolicy(`${name}-execution`, { role: execution.id, policy: policy(...executionStatements(args)) }, child);
    this.executionRoleArn = execution.arn;
    this.taskRoleArn = task.arn;
    this.registerOutputs({ taskRoleArn: this.taskRoleArn });
  }
}

function executionStatements(args: ServiceRolesArgs): readonly Statement[] {
  const streams = args.logGroupArns.map((arn) => pulumi.interpolate`${arn}:*`);
  const images = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
  return [
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(
      images,
      args.imageAccounts.map((account) => `arn:aws:ecr:*:${account}:repository/*`),
    ),
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], streams),
    ...(args.secretArns.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], args.secretArns)]),
    ...(args.mastersOf === undefined ? [] : [allow(['secretsmanager:GetSecretValue'], ...loginsOf(args.mastersOf))]),
    allow(['kms:Decrypt'], [args.dataKeyArn]),
  ];
}
