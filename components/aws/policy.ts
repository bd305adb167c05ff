import * as pulumi from '@pulumi/pulumi';

export type Conditions = Readonly<
  Record<string, Readonly<Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>>
>;

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly pulumi.Input<string>[];
  readonly NotResource?: readonly pulumi.Input<string>[];
  readonly Principal?: '*' | Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>;
  readonly Condition?: Conditions;
}

/** An IAM policy document as JSON. */
export function policy(...statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}

export function allow(
  actions: readonly string[],
  resources: readonly pulumi.Input<string>[],
  conditions?: Conditions,
): Statement {
  const statement = { Effect: 'Allow', Action: actions, Resource: resources } as const;
  return conditions ? { ...statement, Condition: conditions } : statement;
}

export function deny(
  actions: readonly string[],
  resources: readonly pulumi.Input<string>[],
  conditions?: Conditions,
): Statement {
  const statement = { Effect: 'Deny', Action: actions, Resource: resources } as const;
  return conditions ? { ...statement, Condition: conditions } : statement;
}

/** Lets a service of AWS take the role. */
export function trust(service: string, conditions?: Conditions): pulumi.Output<string> {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole'] } as const;
  return policy(conditions ? { ...statement, Condition: conditions } : statement);
}
