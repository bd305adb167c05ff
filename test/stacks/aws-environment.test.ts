import { expect } from 'chai';
import { keyOf } from '../../components/aws/adopted-database.js';
import { ConfigurationError } from '../../contract/errors.js';
import { awsEnvironment } from '../../stacks/aws-environment.js';
import { awsConfiguration, writtenConfiguration } from '../support/aws-configuration.js';
import { awsGraph, writtenGraph, type Graph } from '../support/aws-graph.js';
import type { Recorded } from '../support/pulumi-recorder.js';

type Written = Record<string, unknown>;

function within(stack: 'staging' | 'production', part: string, values: Written): Written {
  return { [part]: { ...(writtenConfiguration(stack)[part] as Written), ...values } };
}

const routes = ['aws:lb/targetGroup:TargetGroup', 'aws:lb/listenerRule:ListenerRule', 'aws:lb/listener:Listener'];
const data = [
  'aws:rds/instance:Instance',
  'aws:kms/key:Key',
  'aws:secretsmanager/secret:Secret',
  'aws:backup/vault:Vault',
  'aws:s3/bucket:Bucket',
];

describe('awsEnvironment', function () {
  // Building a whole environment takes the processor a second or two, and several tests share it.
  this.timeout(120_000);
  let production: Graph;
  let staging: Graph;
  before(async () => {
    production = await writtenGraph('production');
    staging = await writtenGraph('staging');
  });

  it('gives every output of the contract', () => {
    for (const [name, { outputs }] of Object.entries({ production, staging })) {
      expect(outputs).to.include({ environment: name, platform: 'aws', tier: name, region: 'eu-central-1' });
      expect(Object.keys(outputs.routes)).to.deep.equal(['api', 'web']);
      expect(Object.keys(outputs.services)).to.deep.equal(['api', 'web', 'worker', 'scheduler']);
      expect(outputs.database?.snapshots.prefix).to.equal(`shop-${name}-database-release`);
    }
    expect(production.outputs).to.include({ accountId: '222222222222', approvals: 1 });
    expect(production.outputs.balancer.url).to.equal('https://shop.example.com');
    expect(production.outputs.balancer.testUrl).to.equal('https://shop.example.com:8443');
    expect(production.outputs.database?.replicaIdentifier).to.match(/^shop-production-database-replica/);
    expect(staging.outputs.database?.replicaIdentifier).to.equal(null);
  });

  it('parents every resource, and components stand directly under the stack', () => {
    const top = production.resources.filter((resource) => resource.parent === undefined);
    const strays = top.filter((resource) => !resource.component && resource.type !== 'pulumi:providers:aws');
    expect(strays.map((resource) => resource.name)).to.deep.equal([]);
    expect(top.filter((resource) => resource.component)).to.have.length.greaterThan(10);
  });

  it('names nothing twice', () => {
    const urns = production.resources.map((resource) => `${resource.type}::${resource.name}`);
    expect(urns.filter((urn, index) => urns.indexOf(urn) !== index)).to.deep.equal([]);
  });

  it('fault 30: goes to one account and region only, and tags all that it makes', () => {
    const provider = production.find('pulumi:providers:aws', 'shop-production');
    expect(provider.inputs).to.deep.include({ region: 'eu-central-1', allowedAccountIds: '["222222222222"]' });
    expect(JSON.parse(provider.inputs['defaultTags'] as string)).to.deep.equal({
      tags: {
        owner: 'shop-team',
        'cost-centre': '4711',
        'crossfade:product': 'shop',
        'crossfade:environment': 'production',
        'crossfade:managed-by': 'pulumi',
      },
    });
  });

  it('protects routes and data in production', () => {
    const kept = production.resources.filter(({ type }) => [...routes, ...data].includes(type));
    const bare = kept.filter((resource) => !resource.protect).map((resource) => resource.name);
    // A redirect to HTTPS can be made again at any time, and a replica is a copy.
    expect(bare).to.deep.equal(['shop-production-redirect', 'shop-production-database-replica']);
    expect(production.ofType('aws:lb/targetGroup:TargetGroup').every((group) => group.retainOnDelete)).to.equal(true);
  });

  it('lets all of staging go, but for what its backups are worth nothing without', () => {
    expect(staging.resources.filter((resource) => resource.protect)).to.deep.equal([]);
    const kept = staging.resources.filter((resource) => resource.retainOnDelete).map(({ type, name }) => [type, name]);
    expect(kept).to.deep.equal([
      ['aws:kms/key:Key', 'shop-staging-data'],
      ['aws:backup/vault:Vault', 'shop-staging-database-snapshots'],
    ]);
  });

  it('makes names that AWS takes, however long the words of the configuration are', async () => {
    const [product, environment, service] = ['p'.repeat(40), 'e'.repeat(40), 's'.repeat(40)];
    const services = { [service]: { kind: 'routed', path: '/' } };
    const { resources } = await awsGraph('production', { product, services }, undefined, environment);
    // What Pulumi adds to a name that is not given: a dash and seven digits.
    const longest: Readonly<Record<string, number>> = {
      'aws:backup/plan:Plan': 50,
      'aws:backup/selection:Selection': 50,
      'aws:backup/vault:Vault': 50,
      'aws:cloudwatch/eventRule:EventRule': 64,
      'aws:iam/role:Role': 64,
      'aws:iam/rolePolicy:RolePolicy': 128,
      'aws:lambda/function:Function': 64,
      'aws:lb/loadBalancer:LoadBalancer': 32,
      'aws:lb/targetGroup:TargetGroup': 32,
      'aws:rds/instance:Instance': 63,
      'aws:s3/bucket:Bucket': 63,
      'aws:scheduler/scheduleGroup:ScheduleGroup': 64,
    };
    const limited = resources.filter(({ type }) => type in longest);
    expect(new Set(limited.map(({ type }) => type))).to.deep.equal(new Set(Object.keys(longest)));
    for (const { type, name } of limited) expect(name.length + 8, `${type} ${name}`).to.be.at.most(longest[type]!);
  });

  it('makes staging of the same kinds as production, but for what the configuration leaves out', () => {
    const kinds = (graph: Graph) => new Set(graph.resources.map((resource) => resource.type));
    const only = (one: Graph, other: Graph) => [...kinds(one)].filter((kind) => !kinds(other).has(kind)).sort();
    expect(only(staging, production)).to.deep.equal([]);
    expect(only(production, staging)).to.deep.equal([
      'aws:route53/record:Record',
      'aws:secretsmanager/secretRotation:SecretRotation',
      'aws:serverlessrepository/cloudFormationStack:CloudFormationStack',
      'aws:sns/topicSubscription:TopicSubscription',
      'crossfade:aws:PasswordRotation',
      'crossfade:aws:RehearsalRoute',
    ]);
  });

  it('lets no password, key or URL of a pager into its outputs', () => {
    const text = JSON.stringify(production.outputs);
    expect(text).to.not.contain('xxxx').and.not.contain('value of arn');
  });

  it('marks every secret value as secret', () => {
    const named = (resource: Recorded) =>
      Object.keys(resource.inputs).filter((key) => /^(password|secretString)$/.test(key));
    for (const resource of production.resources) {
      for (const key of named(resource)) expect(resource.secret, `${resource.name}.${key}`).to.include(key);
    }
    const pagers = production
      .ofType('aws:sns/topicSubscription:TopicSubscription')
      .filter(({ name }) => name.includes('pagerduty'));
    expect(pagers).to.have.length(2);
    for (const pager of pagers) expect(pager.secret).to.deep.equal(['endpoint']);
  });

  it('bounds every role', () => {
    const roles = production.ofType('aws:iam/role:Role');
    expect(roles.length).to.be.greaterThan(8);
    for (const role of roles) {
      expect(role.inputs['permissionsBoundary'], role.name).to.equal(production.outputs.slots.permissionsBoundaryArn);
    }
  });

  describe('what it refuses before the first resource', () => {
    it('a certificate of another region or account', () => {
      const certificateArn = 'arn:aws:acm:us-east-1:222222222222:certificate/6f0d8b1e-2a8e-4d8e-9a56-0c2f0c6f7a11';
      expect(() => plan('production', within('production', 'balancer', { certificateArn }))).to.throw(
        ConfigurationError,
        'certificateArn is of us-east-1 and account 222222222222; the balancer is in eu-central-1, 222222222222',
      );
    });

    it('copies of backups that lie where the backups lie', () => {
      expect(() => plan('production', { snapshots: { copyTo: 'eu-central-1' } })).to.throw(
        ConfigurationError,
        'snapshots.copyTo is eu-central-1, where they are already',
      );
    });

    it('visitors who would stay with a slot that a run has left', () => {
      const parts = { affinity: 'cohort', ...within('production', 'balancer', { cohortFor: '2h' }) };
      expect(() => plan('production', parts)).to.throw(ConfigurationError, 'cohortFor is 2 h, rules.bake 30 min');
    });

    it('an alarm that would take back what a run calls good', () => {
      const rules = { limits: { errorPercent: { pass: 3, fail: 4 } } };
      expect(() => plan('production', { rules })).to.throw(
        ConfigurationError,
        'alarms.limits.errorPercent is 2, and rules.limits.errorPercent lets 3 pass',
      );
    });

    it('a task size that Fargate does not have', () => {
      const services = { api: { kind: 'routed', cpu: 512, memory: 512 } };
      expect(() => plan('production', { services })).to.throw('services.api: with cpu 512, memory is 1024 to 4096');
    });

    it('a route to drop whose service is configured', () => {
      expect(() => plan('production', { droppedRoutes: ['web'] })).to.throw(ConfigurationError, 'one of the services');
    });

    it('production that is weaker than it may be', () => {
      expect(() => plan('production', { protect: false })).to.throw(ConfigurationError, "(rule 'protection')");
    });

    it('journals among the locks of Pulumi, which a release may delete', () => {
      const shared = {
        store: 's3://shop-production-pulumi',
        backend: 's3://shop-production-pulumi?region=eu-central-1',
      };
      expect(() => plan('production', shared)).to.throw(ConfigurationError, "which is Pulumi's bucket too");
      const apart = { ...shared, store: 's3://shop-production-pulumi/store' };
      expect(() => plan('production', { ...apart, protect: false })).to.throw("(rule 'protection')");
    });

    it("a store that the dead man's switch can not write to", () => {
      expect(() => plan('staging', { store: './store' })).to.throw(ConfigurationError, 'on aws it is s3://bucket');
    });
  });

  it('adopts a network and a database that stand already', async () => {
    const ids = (kind: string) => [`subnet-${kind}1`, `subnet-${kind}2`];
    const adopted = await awsGraph('production', {
      network: {
        kind: 'adopt',
        vpcId: 'vpc-0abc',
        cidr: '10.9.0.0/16',
        publicSubnetIds: ids('a'),
        privateSubnetIds: ids('b'),
        isolatedSubnetIds: ids('c'),
      },
      database: {
        kind: 'adopt',
        identifier: 'legacy',
        name: 'shop',
        securityGroupId: 'sg-0def',
        applicationSecretArn: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:legacy-Ab12Cd',
      },
    });
    expect(adopted.ofType('aws:ec2/vpc:Vpc')).to.deep.equal([]);
    expect(adopted.ofType('aws:rds/instance:Instance')).to.deep.equal([]);
    expect(adopted.outputs.network).to.deep.include({ vpcId: 'vpc-0abc', privateSubnetIds: ids('b') });
    expect(adopted.outputs.database).to.deep.include({
      identifier: 'legacy',
      port: 5433,
      masterSecretArn: null,
      restore: null,
    });
    // Its own key, which is what RDS encrypts its snapshots with.
    expect(adopted.outputs.database?.snapshots.kmsKeyArn).to.match(/:key\/legacy$/);
    const door = adopted.find('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'shop-production-database');
    expect(door.inputs).to.deep.include({
      securityGroupId: 'sg-0def',
      referencedSecurityGroupId: 'shop-production-firewall-services-id',
      fromPort: 5433,
      toPort: 5433,
    });
  });
});

describe('AdoptedDatabase', () => {
  it('refuses an instance whose snapshots anybody could read', () => {
    const instance = { dbInstanceIdentifier: 'legacy', kmsKeyId: '', storageEncrypted: false };
    expect(() => keyOf(instance)).to.throw('database.identifier: legacy is not encrypted');
  });
});

describe('what services are given', function () {
  this.timeout(60_000);

  it('are images of other accounts, policies of the team, and secrets that a function changes', async () => {
    const functionArn = 'arn:aws:lambda:eu-central-1:111111111111:function:rotate-key';
    const graph = await awsGraph('staging', {
      imagesFrom: ['333333333333'],
      taskPolicyArns: ['arn:aws:iam::111111111111:policy/uploads'],
      secretEntries: { key: { kind: 'generated', rotate: { functionArn, afterDays: 30 } } },
    });
    const execution = graph.find('aws:iam/rolePolicy:RolePolicy', 'shop-staging-services-execution');
    expect(execution.inputs['policy']).to.contain('arn:aws:ecr:*:333333333333:repository/*');
    const given = graph.find('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'shop-staging-services-task-1');
    expect(given.inputs['policyArn']).to.equal('arn:aws:iam::111111111111:policy/uploads');
    const rotation = graph.find('aws:secretsmanager/secretRotation:SecretRotation', 'shop-staging-key');
    expect(rotation.inputs).to.deep.include({
      rotationLambdaArn: functionArn,
      rotationRules: { automaticallyAfterDays: 30 },
      rotateImmediately: false,
    });
  });
});

/** Throws what the program throws before it asks for anything. */
function plan(stack: 'staging' | 'production', parts: Written): void {
  void awsEnvironment({ environment: stack, configuration: awsConfiguration(stack, parts), last: undefined });
}
