import type { Inputs } from '../change.js';
import type { Finding, Rule } from '../finding.js';
import { kindOf } from '../kind-of.js';
import { readPolicy } from '../policy-document.js';
import { listAt, recordOf, textAt, touches } from '../values.js';
import { widerPolicy } from '../wider-policy.js';

/** Where kinds keep their policy documents. */
const documents: Readonly<Record<string, readonly string[]>> = {
  'aws:iam:Role': ['assumeRolePolicy'],
  'aws:iam:Policy': ['policy'],
  'aws:iam:RolePolicy': ['policy'],
  'aws:iam:UserPolicy': ['policy'],
  'aws:iam:GroupPolicy': ['policy'],
  'aws:s3:BucketPolicy': ['policy'],
  'aws:sns:TopicPolicy': ['policy'],
  'aws:sqs:QueuePolicy': ['policy'],
  'aws:kms:Key': ['policy'],
  'aws:secretsmanager:SecretPolicy': ['policy'],
  'aws:ecr:RepositoryPolicy': ['policy'],
  'aws:ec2:VpcEndpoint': ['policy'],
  'aws:backup:VaultPolicy': ['policy'],
};

const attachments: Readonly<Record<string, string>> = {
  'aws:iam:RolePolicyAttachment': 'policyArn',
  'aws:iam:UserPolicyAttachment': 'policyArn',
  'aws:iam:GroupPolicyAttachment': 'policyArn',
  'aws:iam:PolicyAttachment': 'policyArn',
};

const credentials: Readonly<Record<string, string>> = {
  'aws:iam:AccessKey': 'a key that never expires',
  'aws:iam:User': 'a user beside the roles',
  'aws:iam:UserLoginProfile': 'a password for the console',
  'aws:kms:Grant': 'a grant to use a key',
  'aws:lambda:Permission': 'somebody else may call the function',
  'aws:iam:OpenIdConnectProvider': 'an issuer of identities that roles may trust',
  'kubernetes:RoleBinding': 'rights in the cluster',
  'kubernetes:ClusterRoleBinding': 'rights in the whole cluster',
  'kubernetes:Role': 'rights in the cluster',
  'kubernetes:ClusterRole': 'rights in the whole cluster',
};

const finding = (because: string): Finding => ({ danger: 'access', because });
const unknown = (because: string): Finding => ({ danger: 'unknown', because });

/** What IAM, or a policy of a resource, lets somebody do that it did not. */
export const access: Rule = (change) => {
  const { operation, before, after } = change;
  const kind = kindOf(change.type);
  if (operation === 'delete') return removedPolicy(kind, before);
  if (after === undefined || operation === 'read' || operation === 'forget') return [];
  const given = credentials[kind];
  const attached = attachments[kind];
  return [
    ...(documents[kind] ?? []).flatMap((key) =>
      documentFindings(key, before, after, operation === 'create' || touches(change, key)),
    ),
    ...(attached !== undefined && after[attached] !== before?.[attached]
      ? [finding(`gives the policy ${textAt(after, attached) ?? 'that is made in this up'}`)]
      : []),
    ...(given !== undefined && (operation !== 'update' || change.paths.length > 0)
      ? [finding(`${operation === 'create' ? 'gives' : 'changes'} ${given}`)]
      : []),
    ...(kind === 'aws:iam:Role' ? roleFindings(before, after) : []),
  ];
};

function documentFindings(key: string, before: Inputs | undefined, after: Inputs, changed: boolean): Finding[] {
  if (after[key] === undefined && before?.[key] === undefined) return [];
  const now = readPolicy(after[key]);
  if (now === undefined)
    return changed ? [{ danger: 'unknown', because: `what its ${key} allows is known after the up only` }] : [];
  const old = before?.[key] === undefined ? [] : readPolicy(before[key]);
  if (old === undefined) return [{ danger: 'unknown', because: `what its ${key} allowed before can't be read` }];
  const wider = widerPolicy(old, now).map(finding);
  const less = before === undefined ? [] : widerPolicy(now, old);
  return [...wider, ...less.map((what) => unknown(`no longer ${what}: whoever needs that stops`))];
}

function roleFindings(before: Inputs | undefined, after: Inputs): Finding[] {
  const boundary =
    before?.['permissionsBoundary'] !== undefined && before['permissionsBoundary'] !== after['permissionsBoundary'];
  const inline = (inputs: Inputs | undefined): Inputs[] => listAt(inputs, 'inlinePolicies').map(recordOf);
  const old = inline(before).flatMap(({ policy }) => readPolicy(policy) ?? []);
  const now = inline(after).map(({ policy }) => readPolicy(policy));
  const managed = listAt(after, 'managedPolicyArns').filter(
    (arn) => !listAt(before, 'managedPolicyArns').includes(arn),
  );
  return [
    ...(boundary ? [finding('its permissions boundary is taken off or changed')] : []),
    ...(now.includes(undefined)
      ? [{ danger: 'unknown' as const, because: 'what an inline policy allows is known after the up only' }]
      : []),
    ...widerPolicy(
      old,
      now.flatMap((grants) => grants ?? []),
    ).map(finding),
    ...managed.map((arn) => finding(`gives the policy ${String(arn)}`)),
  ];
}

/** A policy that denies protects by being there. */
function removedPolicy(kind: string, before: Inputs | undefined): Finding[] {
  const denied = (documents[kind] ?? [])
    .flatMap((key) => readPolicy(before?.[key]) ?? [])
    .filter(({ effect }) => effect === 'Deny');
  return kind === 'aws:iam:Role' || kind === 'aws:kms:Key' ? [] : widerPolicy(denied, []).map(finding);
}
