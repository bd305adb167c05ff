import { expect } from 'chai';
import { Route } from '../../../components/aws/route.js';
import { routedServiceSchema } from '../../../contract/service.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

const group = 'aws:lb/targetGroup:TargetGroup';
const rule = 'aws:lb/listenerRule:ListenerRule';
const service = routedServiceSchema.parse({
  kind: 'routed',
  path: '/api',
  host: 'shop.example.com',
  port: 9000,
  stopWithin: '45s',
  health: { path: '/up', every: '1s' },
});

function build(
  parts: Partial<ConstructorParameters<typeof Route>[1]> = {},
  name = 'shop-api',
): Promise<Recording<unknown>> {
  const args = {
    service,
    vpcId: 'vpc-1',
    listenerArn: 'users',
    testListenerArn: 'test',
    priority: 1_200,
    slowStart: 30_000,
    stickyFor: null,
    protect: true,
    ...parts,
  };
  return record(
    () => {
      const route = new Route(name, args);
      return { ruleArn: route.ruleArn, groups: route.targetGroups, tests: route.testRules };
    },
    { answers: awsAnswers },
  );
}

describe('Route', () => {
  it('has a target group per colour, alike but for the colour', async () => {
    const recording = await build();
    const [blue, green] = recording.ofType(group);
    expect(blue?.inputs).to.deep.equal({
      vpcId: 'vpc-1',
      port: 9_000,
      protocol: 'HTTP',
      targetType: 'ip',
      deregistrationDelay: 45,
      slowStart: 30,
      loadBalancingAlgorithmType: 'round_robin',
      healthCheck: {
        enabled: true,
        path: '/up',
        protocol: 'HTTP',
        matcher: '200-299',
        interval: 5,
        timeout: 4,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      tags: { 'crossfade:slot': 'blue' },
    });
    expect(green?.inputs).to.deep.equal({ ...blue?.inputs, tags: { 'crossfade:slot': 'green' } });
    expect([blue?.name, green?.name]).to.deep.equal(['shop-api-blue', 'shop-api-green']);
  });

  it('is born dark, with everything on blue', async () => {
    const users = (await build()).find(rule, 'shop-api');
    expect(users.inputs['listenerArn']).to.equal('users');
    expect(users.inputs['priority']).to.equal(1_200);
    expect(users.inputs['conditions']).to.deep.equal([
      { hostHeader: { values: ['shop.example.com'] } },
      { pathPattern: { values: ['/.crossfade-dark'] } },
    ]);
    const [action] = users.inputs['actions'] as { type: string; forward: { targetGroups: { weight: number }[] } }[];
    expect(action?.type).to.equal('forward');
    expect(action?.forward.targetGroups.map((target) => target.weight)).to.deep.equal([100, 0]);
  });

  it('fault 9: never compares again what the pipeline writes: whole actions, never a path below', async () => {
    const users = (await build()).find(rule, 'shop-api');
    expect(users.ignoreChanges).to.deep.equal(['actions', 'conditions', 'priority']);
    expect(users.protect).to.equal(true);
  });

  it('keeps target groups in AWS even when Pulumi lets go of them', async () => {
    for (const each of (await build()).ofType(group)) expect(each).to.include({ protect: true, retainOnDelete: true });
  });

  it('has one fixed way to each colour, on the listener that users can not reach', async () => {
    const recording = await build();
    for (const [colour, priority] of [
      ['blue', 2_400],
      ['green', 2_401],
    ] as const) {
      const test = recording.find(rule, `shop-api-test-${colour}`);
      const target = recording.find(group, `shop-api-${colour}`);
      expect(test.inputs).to.deep.include({ listenerArn: 'test', priority });
      expect(test.inputs['conditions']).to.deep.include({
        httpHeader: { httpHeaderName: 'x-crossfade-slot', values: [colour] },
      });
      const arn = `arn:aws:elasticloadbalancing:eu-central-1:222222222222:targetgroup/${target.name}/73e2d6bc24d8a067`;
      expect(test.inputs['actions']).to.deep.equal([{ type: 'forward', targetGroupArn: arn }]);
      expect(test.ignoreChanges).to.deep.equal([]);
    }
  });

  it('parents all of them', async () => {
    const recording = await build();
    for (const each of recording.resources.slice(1)) expect(each.parent, each.name).to.equal('shop-api');
  });

  it('lets a visitor stay with one replica where that is asked for', async () => {
    const [blue] = (await build({ stickyFor: 90_000 })).ofType(group);
    expect(blue?.inputs['stickiness']).to.deep.equal({ enabled: true, type: 'lb_cookie', cookieDuration: 90 });
  });

  it('shortens names that AWS would refuse, and keeps the colour readable', async () => {
    const recording = await build({}, 'warehouse-production-administration');
    const names = recording.ofType(group).map((each) => each.name);
    expect(names.map((name) => name.replace(/^.*-/, ''))).to.deep.equal(['blue', 'green']);
    for (const name of names) expect(`${name}-1a2b3c4`.length).to.be.at.most(32);
  });

  it('lets go where protection is off', async () => {
    const recording = await build({ protect: false });
    expect(recording.resources.filter((each) => each.protect || each.retainOnDelete)).to.deep.equal([]);
    expect(recording.find(rule, 'shop-api').ignoreChanges).to.deep.equal(['actions', 'conditions', 'priority']);
  });
});
