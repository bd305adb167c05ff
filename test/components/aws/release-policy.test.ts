import { expect } from 'chai';
import { copyName, restoredInstanceName } from '../../../contract/aws-names.js';
import { iamDecision, type IamRequest, type PolicyStatement } from '../../support/aws/iam-decision.js';
import { writtenGraph } from '../../support/aws-graph.js';

const at = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:222222222222:${rest}`;
const store = 'arn:aws:s3:::shop-production-crossfade/store';
const here = { 'aws:RequestedRegion': 'eu-central-1' };
const once = { 's3:if-none-match': '*' };
const snapshot = at('rds', 'snapshot:shop-production-database-release-1');
const copy = at('rds', `db:${copyName('shop-production-database-release', 'drill-1')}`);
const restored = at('rds', `db:${restoredInstanceName('shop-production-database-release', 'run-1')}`);
const keepingLogin = { ...here, 'rds:ManageMasterUserPassword': 'true' };
const ofCopy = (environment: string, purpose = 'drill'): IamRequest['context'] => ({
  ...here,
  'aws:ResourceTag/crossfade:copy': purpose,
  'aws:ResourceTag/crossfade:environment': environment,
});

async function statements(): Promise<readonly PolicyStatement[]> {
  const graph = await writtenGraph('production');
  const name = 'shop-production-pipeline-release';
  const texts = [
    graph.find('aws:iam/rolePolicy:RolePolicy', name).inputs['policy'],
    graph.find('aws:iam/policy:Policy', `${name}-restores`).inputs['policy'],
    graph.find('aws:iam/policy:Policy', `${name}-rehearsals`).inputs['policy'],
    graph.find('aws:iam/policy:Policy', `${name}-never`).inputs['policy'],
  ];
  return texts.flatMap((text) => (JSON.parse(text as string) as { Statement: PolicyStatement[] }).Statement);
}

const request = (action: string, resource: string, context: IamRequest['context'] = here): IamRequest => ({
  action,
  resource,
  context,
});

/** What a deploy and a rollback ask for, by the type of resource that IAM's reference of services has for each. */
const needed: readonly IamRequest[] = [
  request('elasticloadbalancing:DescribeRules', '*'),
  request('elasticloadbalancing:DescribeTargetHealth', '*'),
  request('cloudwatch:GetMetricData', '*'),
  request('ecs:ListTasks', '*'),
  request('ecs:DescribeServices', at('ecs', 'service/shop-production/api-green')),
  request('ecs:UpdateService', at('ecs', 'service/shop-production/api-green')),
  request('ecs:DescribeServiceDeployments', at('ecs', 'service-deployment/shop-production/api-green/0123')),
  request('ecs:DescribeTasks', at('ecs', 'task/shop-production/0123')),
  request('ecr:DescribeImages', at('ecr', 'repository/shop/api')),
  request('rds:DescribeDBInstances', '*'),
  request('rds:CreateDBSnapshot', snapshot),
  request('rds:AddTagsToResource', snapshot),
  request('rds:RestoreDBInstanceFromDBSnapshot', copy),
  request('rds:ModifyDBInstance', copy, keepingLogin),
  request('rds:ModifyDBInstance', restored, keepingLogin),
  request('rds:DeleteDBInstance', copy, ofCopy('production')),
  request('rds:DeleteDBInstance', copy, ofCopy('production', 'rehearsal')),
  request('ecs:RegisterTaskDefinition', at('ecs', 'task-definition/shop-production_rehearse-api:*')),
  request('ecs:RunTask', at('ecs', 'task-definition/shop-production_rehearse-api:7')),
  request('ecs:RunTask', at('ecs', 'task-definition/shop-production_rehearse:7')),
  request('ecs:StopTask', at('ecs', 'task/shop-production/0123')),
  request(
    'application-autoscaling:RegisterScalableTarget',
    at('application-autoscaling', 'scalable-target/0ec50123456789'),
  ),
  request('s3:PutObject', `${store}/journals/production-1/0.json`, once),
  request('s3:PutObject', `${store}/outputs/production.json`),
  request('s3:GetObject', `${store}/journals/production-1/0.json`),
  request('s3:DeleteObject', `${store}/leases/production/1.json`),
  request('s3:ListBucket', 'arn:aws:s3:::shop-production-crossfade'),
];

/** The same on what a rehearsal with releases has of its own, by the program's outputs. */
async function rehearsing(): Promise<readonly IamRequest[]> {
  const { database } = (await writtenGraph('production')).outputs;
  const { loginSecretArn, routes } = database!.rehearsal!;
  const groups = Object.values(routes).map(({ targetGroupArn }) => targetGroupArn);
  expect(groups).to.have.length(2);
  return [
    ...groups.map((arn) => request('elasticloadbalancing:RegisterTargets', arn)),
    ...groups.map((arn) => request('elasticloadbalancing:DeregisterTargets', arn)),
    request('secretsmanager:PutSecretValue', loginSecretArn),
  ];
}

/** Denied in so many words: no other policy of the role could allow it. */
const denied: readonly IamRequest[] = [
  request('rds:DeleteDBInstance', at('rds', 'db:shop-production-database')),
  request('rds:DeleteDBInstance', at('rds', 'db:shop-production-database'), ofCopy('production')),
  request('rds:DeleteDBInstance', at('rds', 'db:shop-production-database-1a2b3c4'), ofCopy('production')),
  request('rds:DeleteDBInstance', restored, ofCopy('production')),
  // Named so by somebody else.
  request('rds:DeleteDBInstance', copy),
  request('rds:DeleteDBInstanceAutomatedBackup', copy, ofCopy('production')),
  request('rds:DeleteDBSnapshot', snapshot),
  request('rds:ModifyDBSnapshotAttribute', snapshot),
  request('s3:DeleteObject', `${store}/journals/production-1/0.json`),
  request('s3:DeleteObjectVersion', `${store}/leases/production/1.json`),
  request('s3:PutObject', `${store}/journals/production-1/0.json`),
  request('iam:PutRolePolicy', 'arn:aws:iam::222222222222:role/shop-production-pipeline-release'),
  request('iam:AttachRolePolicy', 'arn:aws:iam::222222222222:role/shop-production-pipeline-release'),
  request('iam:UpdateAssumeRolePolicy', 'arn:aws:iam::222222222222:role/shop-production-pipeline-release'),
  request('secretsmanager:DeleteSecret', at('secretsmanager', 'secret:shop-production-secret-key-Ab12Cd')),
  request('secretsmanager:PutSecretValue', at('secretsmanager', 'secret:shop-production-secret-key-Ab12Cd')),
  request('elasticloadbalancing:DeleteRule', at('elasticloadbalancing', 'listener-rule/app/shop/1/2/3')),
];

/** Nothing allows it. */
const notAllowed: readonly IamRequest[] = [
  request('elasticloadbalancing:ModifyRule', at('elasticloadbalancing', 'listener-rule/app/other/1/2/3')),
  request('elasticloadbalancing:RegisterTargets', at('elasticloadbalancing', 'targetgroup/api-blue/1')),
  request('elasticloadbalancing:DeregisterTargets', at('elasticloadbalancing', 'targetgroup/api-blue/1')),
  request('ecs:RunTask', at('ecs', 'task-definition/shop-staging_rehearse-api:7')),
  request('ecs:RegisterTaskDefinition', at('ecs', 'task-definition/shop-staging_rehearse-api:*')),
  request('elasticloadbalancing:DescribeRules', '*', { 'aws:RequestedRegion': 'us-east-1' }),
  request('ecs:UpdateService', at('ecs', 'service/shop-staging/api-green')),
  request('ecs:DescribeServiceDeployments', at('ecs', 'service-deployment/shop-staging/api-green/0123')),
  request('rds:ModifyDBInstance', at('rds', 'db:shop-production-database')),
  request('rds:ModifyDBInstance', at('rds', 'db:shop-production-database'), keepingLogin),
  request('rds:ModifyDBInstance', restored),
  request('rds:CreateDBSnapshot', at('rds', 'snapshot:by-hand')),
  request('rds:DeleteDBInstance', copy, ofCopy('staging')),
  request('rds:DeleteDBInstance', copy, ofCopy('production', 'other')),
  request('rds:RestoreDBInstanceFromDBSnapshot', at('rds', 'db:shop-production-database')),
  request('iam:PassRole', 'arn:aws:iam::222222222222:role/admin'),
  request('secretsmanager:GetSecretValue', at('secretsmanager', 'secret:rds!db-0123'), {
    'aws:ResourceTag/aws:rds:primaryDBInstanceArn': at('rds', 'db:other'),
  }),
  request('kms:Decrypt', at('kms', 'key/0123'), { 'kms:ResourceAliases': 'alias/other' }),
];

describe("the release role's policies, judged as IAM judges", function () {
  this.timeout(120_000);

  const deciding = async (requests: readonly IamRequest[], policies?: readonly PolicyStatement[]) => {
    const all = policies ?? (await statements());
    return requests.map((asked) => `${asked.action} on ${asked.resource}: ${iamDecision(all, asked)}`);
  };
  const as = (requests: readonly IamRequest[], decision: string) =>
    requests.map(({ action, resource }) => `${action} on ${resource}: ${decision}`);

  it('allow what a deploy and a rollback ask for', async () => {
    expect(await deciding(needed)).to.deep.equal(as(needed, 'allowed'));
  });

  it('allow what a rehearsal asks for of what is its own, and no look at the login that it writes', async () => {
    const asked = await rehearsing();
    expect(await deciding(asked)).to.deep.equal(as(asked, 'allowed'));
    const reading = asked.slice(-1).map((each) => ({ ...each, action: 'secretsmanager:GetSecretValue' }));
    expect(await deciding(reading)).to.deep.equal(as(reading, 'not allowed'));
  });

  it('allow rules to be modified that are the environment’s', async () => {
    const rules = (await statements()).find(({ Action }) => Action?.includes('elasticloadbalancing:ModifyRule'));
    const asked = (rules?.Resource ?? []).map((arn) => request('elasticloadbalancing:ModifyRule', arn));
    expect(asked.length).to.be.greaterThan(2);
    expect(await deciding(asked)).to.deep.equal(as(asked, 'allowed'));
  });

  it('fault 69: deny the end of databases, snapshots, journals and secrets, and any change of the role itself', async () => {
    expect(await deciding(denied)).to.deep.equal(as(denied, 'denied'));
  });

  it('deny them also where another policy allows everything', async () => {
    const wide = [...(await statements()), { Effect: 'Allow', Action: ['*'], Resource: ['*'] } as const];
    expect(await deciding(denied, wide)).to.deep.equal(as(denied, 'denied'));
  });

  it('allow nothing beside the environment', async () => {
    expect(await deciding(notAllowed)).to.deep.equal(as(notAllowed, 'not allowed'));
  });

  it('need each of their actions: without one, what needs it is not allowed', async () => {
    const all = await statements();
    for (const asked of [...needed, ...(await rehearsing())]) {
      const without = all.map((statement) =>
        statement.Effect === 'Allow'
          ? { ...statement, Action: (statement.Action ?? []).filter((action) => action !== asked.action) }
          : statement,
      );
      expect(iamDecision(without, asked), asked.action).to.not.equal('allowed');
    }
  });
});
