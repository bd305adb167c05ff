import { expect } from 'chai';
import type { Colour } from '../../../contract/colour.js';
import type { Danger } from '../../../pipeline/preview/finding.js';
import { stackPreview, type StackPreview } from '../../../pipeline/preview/stack-preview.js';
import { answer, step } from '../../support/engine-steps.js';

const instance = 'aws:rds/instance:Instance';
const group = 'aws:lb/targetGroup:TargetGroup';
const rule = 'aws:lb/listenerRule:ListenerRule';
const listener = 'aws:lb/listener:Listener';
const ingress = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const service = 'aws:ecs/service:Service';

interface Standing {
  readonly live?: readonly Colour[];
  readonly known?: boolean;
  readonly fresh?: boolean;
}

function preview(
  steps: readonly object[],
  { live = ['blue'], known = true, fresh = false }: Standing = {},
): StackPreview {
  return stackPreview('production', answer(steps, { fresh }), {
    live: known ? live : undefined,
    liveBecause: 'says the balancer',
  });
}

interface Case extends Standing {
  readonly says: string;
  readonly step: object;
  readonly danger: Danger;
  readonly because: RegExp;
}

const update = (
  type: string,
  before: object,
  after: object,
  name = 'it',
  detailedDiff?: Record<string, { kind: string }>,
) => step('update', type, name, [{ ...before }, { ...after }], detailedDiff ? { detailedDiff } : {});
const create = (type: string, after: object, name = 'it') => step('create', type, name, [undefined, { ...after }]);
const remove = (type: string, before: object = {}, name = 'it', options = {}) =>
  step('delete', type, name, [{ ...before }, undefined], options);

const allowing = (...Action: string[]): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const cases: readonly Case[] = [
  // data
  {
    says: 'a database that is replaced',
    step: step('replace', instance, 'db', [{ dbName: 'a' }, { dbName: 'b' }], {
      replaceReasons: ['dbName'],
      detailedDiff: { dbName: { kind: 'update-replace' } },
    }),
    danger: 'data',
    because: /replaced by an empty one because of dbName: a database/,
  },
  {
    says: 'a deleted bucket',
    step: remove('aws:s3/bucket:Bucket'),
    danger: 'data',
    because: /is deleted: a bucket's objects/,
  },
  { says: 'a deleted key', step: remove('aws:kms/key:Key'), danger: 'data', because: /the key of all/ },
  { says: 'a deleted secret', step: remove('aws:secretsmanager/secret:Secret'), danger: 'data', because: /a secret/ },
  {
    says: 'a deleted snapshot',
    step: remove('aws:rds/snapshot:Snapshot'),
    danger: 'data',
    because: /a snapshot of a database/,
  },
  { says: 'a deleted table', step: remove('aws:dynamodb/table:Table'), danger: 'data', because: /a table/ },
  {
    says: 'a deleted file system',
    step: remove('aws:efs/fileSystem:FileSystem'),
    danger: 'data',
    because: /a file system/,
  },
  { says: 'a deleted volume', step: remove('aws:ebs/volume:Volume'), danger: 'data', because: /a volume/ },
  { says: 'a deleted log group', step: remove('aws:cloudwatch/logGroup:LogGroup'), danger: 'data', because: /logs/ },
  {
    says: 'a deleted volume claim',
    step: remove('kubernetes:core/v1:PersistentVolumeClaim'),
    danger: 'data',
    because: /a volume/,
  },
  {
    says: 'a replaced StatefulSet',
    step: step('replace', 'kubernetes:apps/v1:StatefulSet', 'db', [{ a: 1 }, { a: 2 }]),
    danger: 'data',
    because: /keep data in volumes/,
  },
  { says: 'a deleted Docker volume', step: remove('docker:index/volume:Volume'), danger: 'data', because: /a volume/ },
  {
    says: 'a deleted resource of a kind that nobody listed',
    step: remove('acme:store/shelf:Shelf'),
    danger: 'data',
    because: /not known what it holds: taken for data/,
  },
  {
    says: 'a deletion that leaves the resource behind',
    step: remove('aws:rds/snapshot:Snapshot', {}, 'it', { retainOnDelete: true }),
    danger: 'unknown',
    because: /stays in the cloud without an owner/,
  },
  {
    says: 'protection that is taken off, with nothing else',
    step: step('same', instance, 'db', [{}, {}], { protect: { before: true } }),
    danger: 'data',
    because: /protection is taken off, and then the next edit/,
  },
  {
    says: 'protection that goes in the edit that replaces',
    step: step('replace', instance, 'db', [{ dbName: 'a' }, { dbName: 'b' }], { protect: { before: true } }),
    danger: 'data',
    because: /replaced by an empty one/,
  },
  {
    says: 'deletion protection that is switched off',
    step: update(instance, { deletionProtection: true }, { deletionProtection: false }),
    danger: 'data',
    because: /deletion protection is switched off/,
  },
  {
    says: 'fewer days of backups',
    step: update(instance, { backupRetentionPeriod: 30 }, { backupRetentionPeriod: 7 }),
    danger: 'data',
    because: /from 30 to 7 days/,
  },
  // traffic
  {
    says: 'a replaced target group',
    step: step('replace', group, 'api-blue', [{ port: 1 }, { port: 2 }]),
    danger: 'traffic',
    because: /is replaced: .* blue is live/,
  },
  {
    says: 'a replaced target group of the slot without traffic',
    step: step('replace', group, 'api-green', [{ port: 1 }, { port: 2 }]),
    danger: 'harmless',
    because: /green has no traffic/,
  },
  {
    says: 'a replaced target group where nobody knows what is live',
    step: step('replace', group, 'api-green', [{ port: 1 }, { port: 2 }]),
    known: false,
    danger: 'traffic',
    because: /unknown: treated as live/,
  },
  {
    says: 'a replaced rule',
    step: step('replace', rule, 'api', [{ listenerArn: 'a' }, { listenerArn: 'b' }]),
    danger: 'traffic',
    because: /declared weights, not the live ones/,
  },
  {
    says: 'a target group that is added to the actions of a rule',
    step: update(rule, { actions: 1 }, { actions: 2 }, 'api', {
      'actions[0].forward.targetGroups[2]': { kind: 'add' },
    }),
    danger: 'traffic',
    because: /actions changes/,
  },
  {
    says: 'a rule that users would match',
    step: create(rule, { conditions: [{ pathPattern: { values: ['/*'] } }] }),
    danger: 'traffic',
    because: /may take what others get/,
  },
  {
    says: 'a rule that is dark',
    step: create(rule, { conditions: [{ pathPattern: { values: ['/.crossfade-dark'] } }] }),
    danger: 'harmless',
    because: /is new/,
  },
  {
    says: 'a rule that only names a slot',
    step: create(rule, { conditions: [{ httpHeader: { httpHeaderName: 'X-Crossfade-Slot', values: ['blue'] } }] }),
    danger: 'harmless',
    because: /is new/,
  },
  {
    says: 'a rule that is dark for one of two paths',
    step: create(rule, { conditions: [{ pathPattern: { values: ['/.crossfade-dark', '/api*'] } }] }),
    danger: 'traffic',
    because: /is new/,
  },
  {
    says: 'a service of the live slot with another image',
    step: step('update', service, 'api', [{ taskDefinition: '1' }, { taskDefinition: '2' }], {
      stack: 'production-blue',
    }),
    danger: 'traffic',
    because: /taskDefinition changes: its tasks answer users/,
  },
  {
    says: 'fewer tasks of the live slot',
    step: update('aws:appautoscaling/target:Target', { minCapacity: 4 }, { minCapacity: 2 }, 'api-blue'),
    danger: 'traffic',
    because: /minCapacity changes/,
  },
  {
    says: 'a task definition that is replaced',
    step: step('replace', 'aws:ecs/taskDefinition:TaskDefinition', 'api-blue', [
      { containerDefinitions: '1' },
      { containerDefinitions: '2' },
    ]),
    danger: 'harmless',
    because: /a new revision/,
  },
  {
    says: 'a deleted alarm',
    step: remove('aws:cloudwatch/compositeAlarm:CompositeAlarm'),
    danger: 'traffic',
    because: /a bad release is noticed by it/,
  },
  // security
  {
    says: 'an ingress for everybody',
    step: create(ingress, { cidrIpv4: '0.0.0.0/0', ipProtocol: 'tcp', fromPort: 5432, toPort: 5432 }),
    danger: 'security',
    because: /lets more in: 0\.0\.0\.0\/0 on tcp 5432: everybody/,
  },
  {
    says: 'an ingress for a larger block',
    step: update(
      ingress,
      { cidrIpv4: '10.0.0.0/24', ipProtocol: 'tcp', fromPort: 443, toPort: 443 },
      { cidrIpv4: '10.0.0.0/16', ipProtocol: 'tcp', fromPort: 443, toPort: 443 },
    ),
    danger: 'security',
    because: /10\.0\.0\.0\/16/,
  },
  {
    says: 'an ingress for a smaller block',
    step: update(
      ingress,
      { cidrIpv4: '10.0.0.0/16', ipProtocol: 'tcp', fromPort: 443, toPort: 443 },
      { cidrIpv4: '10.0.0.0/24', ipProtocol: 'tcp', fromPort: 443, toPort: 443 },
    ),
    danger: 'traffic',
    because: /no longer lets through: 10\.0\.0\.0\/16 on tcp 443; both slots use it/,
  },
  {
    says: 'an ingress of a block within one that is let in already',
    step: update(
      'aws:ec2/securityGroup:SecurityGroup',
      { ingress: [{ protocol: '-1', cidrBlocks: ['10.0.0.0/8'] }] },
      {
        ingress: [
          { protocol: '-1', cidrBlocks: ['10.0.0.0/8'] },
          { protocol: 'tcp', fromPort: 1, toPort: 9, cidrBlocks: ['10.1.0.0/16'] },
        ],
      },
    ),
    danger: 'harmless',
    because: /ingress only/,
  },
  {
    says: 'a database that becomes public',
    step: update(instance, { publiclyAccessible: false }, { publiclyAccessible: true }),
    danger: 'security',
    because: /reached from the internet/,
  },
  {
    says: 'a database without encryption',
    step: create(instance, { storageEncrypted: false }),
    danger: 'security',
    because: /not encrypted/,
  },
  {
    says: 'a bucket whose access block goes',
    step: remove('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock'),
    danger: 'security',
    because: /made public/,
  },
  {
    says: 'an older TLS policy',
    step: update(
      listener,
      { protocol: 'HTTPS', sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
      { protocol: 'HTTPS', sslPolicy: 'ELBSecurityPolicy-2016-08' },
      'users-green',
    ),
    danger: 'security',
    because: /accepts TLS 1\.0/,
  },
  {
    says: 'a database that no longer forces TLS',
    step: update(
      'aws:rds/parameterGroup:ParameterGroup',
      { parameters: [{ name: 'rds.force_ssl', value: '1' }] },
      { parameters: [] },
    ),
    danger: 'security',
    because: /connections without TLS/,
  },
  {
    says: 'a balancer that leaves the network',
    step: step('replace', 'aws:lb/loadBalancer:LoadBalancer', 'green', [{ internal: true }, { internal: false }]),
    danger: 'security',
    because: /reached from the internet/,
  },
  // downtime
  {
    says: 'another class',
    step: update(instance, { instanceClass: 'db.t4g.medium' }, { instanceClass: 'db.t4g.xlarge' }),
    danger: 'downtime',
    because: /instanceClass changes: it restarts/,
  },
  {
    says: 'another identifier',
    step: update(instance, { identifier: 'a' }, { identifier: 'b' }),
    danger: 'downtime',
    because: /renamed/,
  },
  {
    says: 'another engine',
    step: update(instance, { engineVersion: '15.4' }, { engineVersion: '16.1' }),
    danger: 'downtime',
    because: /a major version never goes back/,
  },
  {
    says: 'one zone only',
    step: update(instance, { multiAz: true }, { multiAz: false }),
    danger: 'downtime',
    because: /one zone only/,
  },
  {
    says: 'a parameter that needs a restart',
    step: update(
      'aws:rds/parameterGroup:ParameterGroup',
      { parameters: [] },
      { parameters: [{ name: 'max_connections', value: '9', applyMethod: 'pending-reboot' }] },
    ),
    danger: 'downtime',
    because: /after a restart only/,
  },
  // cost and harmless
  {
    says: 'a new NAT gateway',
    step: create('aws:ec2/natGateway:NatGateway', {}),
    danger: 'cost',
    because: /^more: a NAT gateway/,
  },
  {
    says: 'more storage',
    step: update(instance, { allocatedStorage: 20 }, { allocatedStorage: 40 }),
    danger: 'cost',
    because: /^more: allocatedStorage from 20 to 40/,
  },
  {
    says: 'tags',
    step: update(rule, { tags: { a: '1' } }, { tags: { a: '2' } }),
    danger: 'harmless',
    because: /tags only/,
  },
  { says: 'a component', step: create('shop:index:Component', {}), danger: 'harmless', because: /in Pulumi only/ },
  {
    says: 'a reference that is no longer read',
    step: step('discard', 'pulumi:pulumi:StackReference', 'old', [{}, undefined]),
    danger: 'harmless',
    because: /only read/,
  },
  {
    says: 'a refresh that finds other weights',
    step: step('refresh', rule, 'api', [{}, {}], {
      detailedDiff: { 'actions[0].forward.targetGroups[0].weight': { kind: 'update' } },
    }),
    danger: 'traffic',
    because: /'refresh'/,
  },
  // unknown
  {
    says: 'a property that nobody listed',
    step: update('aws:lambda/function:Function', { layers: 1 }, { layers: 2 }),
    danger: 'unknown',
    because: /no rule knows what this update of layers/,
  },
  {
    says: 'a change that the engine does not show',
    step: step('update', 'aws:lambda/function:Function', 'it', [{ a: 1 }, { a: 1 }]),
    danger: 'unknown',
    because: /neither the engine nor its inputs show/,
  },
  {
    says: 'a step of a name that nobody knows',
    step: step('transmute', 'aws:lambda/function:Function', 'it', [{}, {}]),
    danger: 'unknown',
    because: /no rule knows what this other/,
  },
  {
    says: 'a new resource of another provider',
    step: create('acme:store/shelf:Shelf', {}),
    danger: 'unknown',
    because: /acme:store/,
  },
  {
    says: 'a policy that allows less',
    step: update(
      'aws:iam/rolePolicy:RolePolicy',
      { policy: allowing('s3:GetObject', 's3:PutObject') },
      { policy: allowing('s3:GetObject') },
    ),
    danger: 'unknown',
    because: /no longer allows s3:PutObject on \*.*whoever needs that stops/,
  },
  {
    says: 'a policy that allows more',
    step: update(
      'aws:iam/rolePolicy:RolePolicy',
      { policy: allowing('s3:GetObject') },
      { policy: allowing('s3:GetObject', 'iam:PassRole') },
    ),
    danger: 'access',
    because: /allows iam:PassRole/,
  },
  {
    says: 'a policy in other words',
    step: update(
      'aws:iam/rolePolicy:RolePolicy',
      { policy: allowing('s3:GetObject', 's3:PutObject') },
      { policy: allowing('s3:PutObject', 's3:GetObject') },
    ),
    danger: 'harmless',
    because: /policy only/,
  },
  {
    says: "a role's policy that goes",
    step: remove('aws:iam/rolePolicy:RolePolicy', { policy: allowing('s3:GetObject') }),
    danger: 'unknown',
    because: /no rule knows what this delete/,
  },
  {
    says: 'a dashboard that goes',
    step: remove('aws:cloudwatch/dashboard:Dashboard'),
    danger: 'cost',
    because: /^less: a dashboard/,
  },
  // a stack that did not stand before
  { says: 'a first rule', step: create(rule, { conditions: [] }), fresh: true, danger: 'harmless', because: /is new/ },
  {
    says: 'a first ingress of the network',
    step: create(ingress, { cidrIpv4: '10.0.0.0/16', ipProtocol: 'tcp', fromPort: 80, toPort: 80 }),
    fresh: true,
    danger: 'harmless',
    because: /is new/,
  },
  {
    says: 'a first ingress for everybody to a database',
    step: create(ingress, { cidrIpv4: '0.0.0.0/0', ipProtocol: 'tcp', fromPort: 5432, toPort: 5432 }),
    fresh: true,
    danger: 'security',
    because: /everybody/,
  },
];

describe('the classifier of a preview', () => {
  for (const { says, step: asked, danger, because, ...standing } of cases) {
    it(`calls ${says} ${danger}`, () => {
      const { changes } = preview([asked], standing);
      expect(changes).to.have.length(1);
      expect(changes[0]!.danger, JSON.stringify(changes[0]!.findings)).to.equal(danger);
      expect(changes[0]!.findings[0]!.because).to.match(because);
    });
  }

  it('puts danger first, and each with the plain name of its urn', () => {
    const { changes } = preview([
      update(rule, { tags: 1 }, { tags: 2 }, 'a'),
      create('aws:ec2/natGateway:NatGateway', {}, 'b'),
      update('aws:lambda/function:Function', { layers: 1 }, { layers: 2 }, 'c'),
      remove(instance, {}, 'z'),
    ]);
    expect(changes.map(({ change, danger }) => `${change.name} ${danger}`)).to.deep.equal([
      'z data',
      'c unknown',
      'b cost',
      'a harmless',
    ]);
  });

  for (const [shape, ops] of [
    ['one step', ['replace']],
    ['three steps', ['create-replacement', 'replace', 'delete-replaced']],
    ['a deletion first', ['delete-replaced', 'replace', 'create-replacement']],
  ] as const) {
    it(`reads a replacement that comes as ${shape} as one`, () => {
      const steps = ops.map((op) =>
        step(op, instance, 'db', [{ dbName: 'a' }, { dbName: 'b' }], { replaceReasons: ['dbName'] }),
      );
      const [only, ...others] = preview(steps).changes;
      expect(others).to.deep.equal([]);
      expect(only).to.have.nested.property('change.operation', 'replace');
      expect(only!.findings.some(({ because }) => because.includes('deleted before'))).to.equal(
        ops[0] === 'delete-replaced',
      );
    });
  }

  it('gives no value away: findings hold names, numbers and addresses', () => {
    const { changes } = preview([
      update(
        'aws:secretsmanager/secretVersion:SecretVersion',
        { secretString: 'hunter1' },
        { secretString: 'hunter2' },
      ),
      update('aws:lambda/function:Function', { environment: { variables: { TOKEN: 'hunter2' } } }, { environment: {} }),
    ]);
    expect(changes).to.have.length(2);
    expect(JSON.stringify(changes.map(({ findings }) => findings))).to.not.contain('hunter');
  });
});

describe('what a preview hides', () => {
  const of = (given: Parameters<typeof stackPreview>[1]) =>
    stackPreview('production', given, { live: [], liveBecause: '' }).hidden;

  it('is what the program threw, or a provider or a protection refused', () => {
    expect(of(answer([], { exitCode: 1, errors: ['Running program failed'] }))).to.deep.equal([
      'Running program failed',
    ]);
  });

  it('is an exit code without a reason, though the summary counts only what is the same', () => {
    expect(of(answer([], { exitCode: 1 }))[0]).to.match(/ended with 1/);
  });

  it('is everything when the engine printed no preview', () => {
    expect(of({ exitCode: 255, stdout: '', stderr: 'no stack named' })[0]).to.match(/no preview: no stack named/);
    expect(of({ exitCode: undefined, stdout: '{"steps":', stderr: '' })[0]).to.match(/gave no preview/);
  });

  it('is what a policy refuses, which the document leaves out', () => {
    const refused = { ...answer([], { exitCode: 1, errors: ['preview failed'] }), refusals: ['policy x: no'] };
    expect(of(refused)).to.deep.equal(['policy x: no']);
  });

  it('is nothing after a good end', () => {
    expect(of(answer([]))).to.deep.equal([]);
  });
});
