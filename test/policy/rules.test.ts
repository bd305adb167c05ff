import { expect } from 'chai';
import { rules, type PolicyResource } from '../../policy/rules/index.js';
import { writtenGraph } from '../support/aws-graph.js';
import type { Recorded } from '../support/pulumi-recorder.js';

const settings = {
  production: ['production'],
  tags: ['crossfade:product', 'crossfade:environment', 'crossfade:managed-by'],
};

function refusal(rule: string, resource: PolicyResource): string | undefined {
  const found = rules.find(({ name }) => name === rule);
  if (!found) throw new Error(`no rule ${rule}`);
  return found.check(resource, settings);
}

type Opts = Partial<PolicyResource['opts']>;

function resource(type: string, props: Record<string, unknown>, opts: Opts = {}, stack = 'production'): PolicyResource {
  const urn = `urn:pulumi:${stack}::shop::${type}::it`;
  return { type, name: 'it', urn, props, opts: { protect: false, ignoreChanges: [], ...opts } };
}

const instance = 'aws:rds/instance:Instance';
const rule = 'aws:lb/listenerRule:ListenerRule';
const group = 'aws:lb/targetGroup:TargetGroup';
const digest = `@sha256:${'a'.repeat(64)}`;
const weighted = [{ type: 'forward', forward: { targetGroups: [{ weight: 100 }, { weight: 0 }] } }];
const tagged = Object.fromEntries(settings.tags.map((tag) => [tag, 'x']));

interface Example {
  readonly rule: string;
  readonly good: readonly PolicyResource[];
  readonly bad: readonly (readonly [PolicyResource, RegExp])[];
}

const examples: readonly Example[] = [
  {
    rule: 'no-public-database',
    good: [
      resource(instance, { publiclyAccessible: false }),
      resource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', {
        cidrIpv4: '0.0.0.0/0',
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
      }),
      resource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', {
        cidrIpv4: '10.0.0.0/16',
        ipProtocol: 'tcp',
        fromPort: 5432,
        toPort: 5432,
      }),
    ],
    bad: [
      [resource(instance, { publiclyAccessible: true }), /publiclyAccessible is true/],
      [
        resource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', {
          cidrIpv4: '0.0.0.0/0',
          ipProtocol: 'tcp',
          fromPort: 5000,
          toPort: 6000,
        }),
        /everybody reach port 5432/,
      ],
      [
        resource('aws:ec2/securityGroup:SecurityGroup', { ingress: [{ protocol: '-1', ipv6CidrBlocks: ['::/0'] }] }),
        /everybody/,
      ],
    ],
  },
  {
    rule: 'encryption-at-rest',
    good: [resource(instance, { storageEncrypted: true }), resource(instance, { replicateSourceDb: 'db' })],
    bad: [
      [resource(instance, {}), /storageEncrypted is not true/],
      [resource('aws:efs/fileSystem:FileSystem', { encrypted: false }), /encrypted is not true/],
    ],
  },
  {
    rule: 'protected-in-production',
    good: [
      resource(instance, {}, { protect: true }),
      resource(instance, {}, {}, 'staging'),
      resource('aws:lb/listener:Listener', { defaultActions: [{ type: 'redirect' }] }),
    ],
    bad: [
      [resource(instance, {}), /protect is not set/],
      [resource(group, {}, {}, 'production-blue'), /protect is not set/],
      [resource('aws:secretsmanager/secret:Secret', {}), /protect is not set/],
    ],
  },
  {
    rule: 'images-by-digest',
    good: [
      resource('aws:ecs/taskDefinition:TaskDefinition', {
        containerDefinitions: JSON.stringify([{ image: `shop/api${digest}` }]),
      }),
      resource('aws:ecs/taskDefinition:TaskDefinition', { containerDefinitions: undefined }),
      resource('kubernetes:apps/v1:Deployment', {
        spec: { template: { spec: { containers: [{ image: `shop/api${digest}` }] } } },
      }),
    ],
    bad: [
      [
        resource('aws:ecs/taskDefinition:TaskDefinition', {
          containerDefinitions: JSON.stringify([{ image: 'shop/api:latest' }]),
        }),
        /shop\/api:latest/,
      ],
      [
        resource('kubernetes:apps/v1:Deployment', {
          spec: { template: { spec: { initContainers: [{ image: 'shop/api' }] } } },
        }),
        /shop\/api is named by a tag/,
      ],
      [resource('docker:index/container:Container', { image: 'shop/api:1.2.3' }), /1\.2\.3/],
    ],
  },
  {
    rule: 'routes-stay',
    good: [resource(group, { name: 'api-blue-0a1b2c3' }), resource(group, {}), resource(rule, {})],
    bad: [
      [resource(group, { name: 'api-blue' }), /name is fixed/],
      [resource(rule, {}, { deleteBeforeReplace: true }), /deleteBeforeReplace/],
    ],
  },
  {
    rule: 'weights-only-in-routes',
    good: [
      resource(rule, { actions: weighted }, { ignoreChanges: ['actions'] }),
      resource(rule, { actions: [{ type: 'forward', targetGroupArn: 'arn' }] }),
    ],
    bad: [
      [resource(rule, { actions: weighted }), /without ignoreChanges of actions/],
      [
        resource(rule, { actions: weighted }, { ignoreChanges: ['actions[0].forward.targetGroups'] }),
        /a path below actions is dropped/,
      ],
      [resource('aws:lb/listener:Listener', { defaultActions: weighted }), /in its default actions/],
      [resource('aws:route53/record:Record', { weightedRoutingPolicies: [{ weight: 10 }] }), /in the DNS/],
    ],
  },
  {
    rule: 'required-tags',
    good: [
      resource('pulumi:providers:aws', { defaultTags: { tags: tagged } }),
      resource('pulumi:providers:aws', { defaultTags: JSON.stringify({ tags: tagged }) }),
    ],
    bad: [
      [resource('pulumi:providers:aws', {}), /lack crossfade:product/],
      [
        resource('pulumi:providers:aws', { defaultTags: { tags: { ...tagged, 'crossfade:environment': '' } } }),
        /lack crossfade:environment$/,
      ],
    ],
  },
];

describe('the policy pack', () => {
  it('has an example of each of its rules here', () => {
    expect(examples.map((example) => example.rule)).to.have.members(rules.map(({ name }) => name));
  });

  for (const { rule: name, good, bad } of examples) {
    it(`lets good resources pass ${name}`, () => {
      for (const each of good) expect(refusal(name, each), JSON.stringify(each)).to.equal(undefined);
    });
    it(`refuses bad ones by ${name}, with what is wrong`, () => {
      for (const [each, because] of bad) expect(refusal(name, each)).to.match(because);
    });
  }

  for (const stack of ['staging', 'production'] as const) {
    it(`has nothing against this repository's own ${stack}`, async function () {
      this.timeout(60_000);
      const { resources } = await writtenGraph(stack);
      const refused = resources.flatMap((recorded) => {
        const each = asPolicySees(recorded, stack);
        return rules.flatMap(({ name, check }) => {
          const because = check(each, settings);
          return because === undefined ? [] : [`${name}: ${recorded.type} ${recorded.name}: ${because}`];
        });
      });
      expect(resources.length).to.be.greaterThan(50);
      expect(refused).to.deep.equal([]);
    });
  }
});

function asPolicySees({ type, name, inputs, protect, ignoreChanges }: Recorded, stack: string): PolicyResource {
  return {
    type,
    name,
    urn: `urn:pulumi:${stack}::shop::${type}::${name}`,
    props: inputs,
    opts: { protect, ignoreChanges },
  };
}
