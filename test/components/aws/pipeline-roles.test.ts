import { expect } from 'chai';
import { PipelineRoles } from '../../../components/aws/pipeline-roles.js';
import { PermissionsBoundary } from '../../../components/aws/permissions-boundary.js';
import { allow } from '../../../components/aws/policy.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
  readonly Resource?: unknown;
}

function statementsOf(text: unknown): readonly Statement[] {
  return (JSON.parse(text as string) as { Statement: readonly Statement[] }).Statement;
}

describe('PipelineRoles', () => {
  let recording: Recording<unknown>;
  const restoring = allow(['rds:RestoreDBInstanceFromDBSnapshot'], ['arn:aws:rds:eu-central-1:222222222222:db:shop-*']);
  const restores = { ending: 'restores', description: 'Instances beside the database', statements: [restoring] };
  const build = (githubProviderArn: string | null, due = false, apart = [restores]) =>
    record(
      () =>
        new PipelineRoles('roles', {
          environment: 'production',
          repository: 'example/shop',
          githubProviderArn,
          due,
          releases: [allow(['ecs:DescribeServices'], ['*'])],
          apart,
          previews: [allow(['ecs:DescribeClusters'], ['*'])],
          passingArns: ['arn:aws:s3:::store/leases/*'],
          replacedArns: ['arn:aws:s3:::store/outputs/*'],
          writableSecretArns: ['arn:aws:secretsmanager:eu-central-1:222222222222:secret:application'],
          copyArns: ['arn:aws:rds:eu-central-1:222222222222:db:shop-???????-copy'],
        }).releaseRoleArn,
      { answers: awsAnswers },
    );
  before(async () => {
    recording = await build(null);
  });

  it("trusts only jobs that GitHub ran for this repository's environment", () => {
    const [trust] = statementsOf(recording.find('aws:iam/role:Role', 'roles-release').inputs['assumeRolePolicy']);
    expect(trust).to.deep.equal({
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam:eu-central-1:222222222222:OpenIdConnectProvider/roles' },
      Action: ['sts:AssumeRoleWithWebIdentity'],
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:example/shop:environment:production',
        },
      },
    });
  });

  it('fault 69: lets releases do what the pipeline calls, and never delete data, routes or roles', () => {
    const allowed = statementsOf(recording.find('aws:iam/rolePolicy:RolePolicy', 'roles-release').inputs['policy']);
    const never = recording.find('aws:iam/policy:Policy', 'roles-release-never');
    const [denied, kept, written, once, copies, tagged] = statementsOf(never.inputs['policy']);
    expect(allowed).to.deep.equal([{ Effect: 'Allow', Action: ['ecs:DescribeServices'], Resource: ['*'] }]);
    const attached = recording.find('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'roles-release-never').inputs;
    expect(attached['policyArn']).to.match(/roles-release-never/);
    expect(denied?.Effect).to.equal('Deny');
    expect(written).to.deep.equal({
      Effect: 'Deny',
      Action: ['secretsmanager:PutSecretValue'],
      NotResource: ['arn:aws:secretsmanager:eu-central-1:222222222222:secret:application'],
    });
    expect(denied?.Action).to.include.members([
      'rds:DeleteDBInstanceAutomatedBackup',
      'rds:DeleteDBSnapshot',
      'iam:Create*',
      'secretsmanager:DeleteSecret',
      'elasticloadbalancing:DeleteRule',
    ]);
    expect(kept).to.deep.equal({
      Effect: 'Deny',
      Action: ['s3:DeleteObject'],
      NotResource: ['arn:aws:s3:::store/leases/*'],
    });
    // Of databases only copies of snapshots: an instance that is named so and is none has no such tag.
    expect(copies).to.deep.equal({
      Effect: 'Deny',
      Action: ['rds:DeleteDBInstance'],
      NotResource: ['arn:aws:rds:eu-central-1:222222222222:db:shop-???????-copy'],
    });
    expect(tagged).to.deep.equal({
      Effect: 'Deny',
      Action: ['rds:DeleteDBInstance'],
      Resource: ['*'],
      Condition: { Null: { 'aws:ResourceTag/crossfade:copy': 'true' } },
    });
    // A record may be written where none is, and never over one.
    expect(once).to.deep.equal({
      Effect: 'Deny',
      Action: ['s3:PutObject'],
      NotResource: ['arn:aws:s3:::store/outputs/*'],
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
  });

  it('keeps in policies of their own what one would not hold, and has none without', async () => {
    const { inputs } = recording.find('aws:iam/policy:Policy', 'roles-release-restores');
    expect(statementsOf(inputs['policy'])).to.deep.equal([restoring]);
    const attached = recording.find('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'roles-release-restores');
    expect(attached.inputs['policyArn']).to.match(/roles-release-restores/);
    const without = await build(null, false, []);
    expect(without.ofType('aws:iam/policy:Policy').map(({ name }) => name)).to.deep.equal(['roles-release-never']);
  });

  it('lets scheduled jobs release where that was asked for, and never provision', async () => {
    const trusting = await build(null, true);
    const subjects = (role: string) =>
      JSON.stringify(trusting.find('aws:iam/role:Role', role).inputs['assumeRolePolicy']);
    expect(subjects('roles-release')).to.contain('environment:production').and.contain('environment:production-due');
    expect(subjects('roles-provision')).to.not.contain('production-due');
    const usual = recording.find('aws:iam/role:Role', 'roles-release').inputs['assumeRolePolicy'];
    expect(usual).to.not.contain('production-due');
  });

  it('lets previews of branches read, from an environment of GitHub’s of their own', () => {
    const [trust] = statementsOf(recording.find('aws:iam/role:Role', 'roles-preview').inputs['assumeRolePolicy']);
    expect(JSON.stringify(trust?.Condition)).to.contain('"repo:example/shop:environment:production-preview"');
    const statements = statementsOf(recording.find('aws:iam/rolePolicy:RolePolicy', 'roles-preview').inputs['policy']);
    expect(statements).to.deep.equal([{ Effect: 'Allow', Action: ['ecs:DescribeClusters'], Resource: ['*'] }]);
    for (const role of ['roles-release', 'roles-provision']) {
      expect(recording.find('aws:iam/role:Role', role).inputs['assumeRolePolicy']).to.not.contain('-preview');
    }
  });

  it('lets neither role become the other', () => {
    const trusted = statementsOf(recording.find('aws:iam/role:Role', 'roles-provision').inputs['assumeRolePolicy']);
    expect(trusted.map((each) => each.Action)).to.deep.equal([['sts:AssumeRoleWithWebIdentity']]);
    expect(recording.find('aws:iam/role:Role', 'roles-provision').inputs['description']).to.match(
      /not derived from calls/,
    );
  });

  it("uses GitHub's provider that the account has", async () => {
    const adopted = await build('arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com');
    expect(adopted.ofType('aws:iam/openIdConnectProvider:OpenIdConnectProvider')).to.deep.equal([]);
  });
});

describe('PermissionsBoundary', () => {
  it('lets nobody out of it: no role without it, and no change of itself', async () => {
    const args = { boundaryName: 'shop-boundary', accountId: '222222222222' };
    const recording = await record(() => new PermissionsBoundary('boundary', args).arn, { answers: awsAnswers });
    const statements = statementsOf(recording.find('aws:iam/policy:Policy', 'boundary').inputs['policy']);
    const arn = 'arn:aws:iam::222222222222:policy/shop-boundary';
    expect(statements).to.deep.include({
      Sid: 'OnlyBoundedRoles',
      Effect: 'Deny',
      Action: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'],
      Resource: ['*'],
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': arn } },
    });
    const itself = statements.find((each) => each.Action.includes('iam:CreatePolicyVersion'));
    expect(itself).to.deep.include({ Effect: 'Deny', Resource: [arn] });
  });
});
