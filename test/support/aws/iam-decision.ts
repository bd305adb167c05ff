/** A statement of an identity-based policy, as JSON has it. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface IamRequest {
  /** Such as rds:DeleteDBInstance. */
  readonly action: string;
  readonly resource: string;
  /** Keys of conditions; one that is absent is not part of the request. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export type IamDecision = 'allowed' | 'denied' | 'not allowed';

/**
 * By identity-based policies alone: a Deny that fits wins, else an Allow that fits, else it is not allowed. Throws for
 * an operator of a condition that is not known here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function iamDecision(statements: readonly PolicyStatement[], request: IamRequest): IamDecision {
  const effects = statements.filter((statement) => fits(statement, request)).map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'not allowed';
}

function fits(statement: PolicyStatement, { action, resource, context = {} }: IamRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  // Actions are compared without regard to case; ARNs are not.
  const ofAction = (patterns: readonly string[]) => patterns.some((pattern) => like(pattern, action, 'i'));
  const ofResource = (patterns: readonly string[]) => patterns.some((pattern) => like(pattern, resource, ''));
  if (Action ? !ofAction(Action) : NotAction === undefined || ofAction(NotAction)) return false;
  if (Resource ? !ofResource(Resource) : NotResource === undefined || ofResource(NotResource)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, listOf(wanted), context[key])),
  );
}

function holds(operator: string, wanted: readonly string[], given: string | readonly string[] | undefined): boolean {
  const any = (match: (pattern: string, value: string) => boolean) =>
    given !== undefined && listOf(given).some((value) => wanted.some((pattern) => match(pattern, value)));
  switch (operator) {
    case 'Bool':
    case 'StringEquals':
    case 'ForAnyValue:StringEquals':
      return any((pattern, value) => pattern === value);
    case 'StringLike':
    case 'ArnLike':
      return any((pattern, value) => like(pattern, value, ''));
    // An absent key fits what is negated.
    case 'StringNotEquals':
      return !any((pattern, value) => pattern === value);
    case 'Null':
      return wanted.includes(String(given === undefined));
    default:
      throw new Error(`the operator ${operator} is not known here`);
  }
}

function like(pattern: string, value: string, flags: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`).test(value);
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
