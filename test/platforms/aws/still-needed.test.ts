import { expect } from 'chai';
import { maintenancePath } from '../../../contract/aws-route.js';
import type { GuardedSlot } from '../../../contract/guarded-slot.js';
import { routesOf } from '../../../platforms/aws/routes-of.js';
import { stillNeededBecause } from '../../../platforms/aws/still-needed.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeAlb } from '../../support/fake-alb.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const outputs = awsOutputs();
const routes = routesOf(outputs);
const page = outputs.balancer.maintenanceRuleArn;
const off = { field: 'path', values: [maintenancePath] } as const;
const everything = { field: 'path', values: ['*'] } as const;

const blue: GuardedSlot = {
  environment: 'production',
  accountId: outputs.accountId,
  region: outputs.region,
  endpoint: null,
  colour: 'blue',
  clusterArn: outputs.cluster.arn,
  metricDimension: outputs.balancer.metricDimension,
  maintenanceRuleArn: page,
  routes: routes.map(({ service, ruleArn, targetGroups }) => ({ service, ruleArn, targetGroupArn: targetGroups.blue })),
  background: ['worker'],
};

describe('stillNeededBecause', () => {
  let alb: FakeAlb;
  let ecs: FakeEcs;
  let clock: LeapingClock;
  const ask = () => stillNeededBecause(blue, { alb, ecs, clock });
  const give = (percent: number) => {
    for (const { ruleArn, targetGroups, conditions } of routes) {
      const forward = [
        { targetGroupArn: targetGroups.blue, weight: percent },
        { targetGroupArn: targetGroups.green, weight: 100 - percent },
      ];
      alb.edit(ruleArn, { forward, conditions: conditions.open });
    }
  };

  beforeEach(() => {
    clock = new LeapingClock();
    alb = new FakeAlb(clock);
    ecs = new FakeEcs(clock);
    for (const { ruleArn, conditions } of routes)
      alb.addRule({ arn: ruleArn, conditions: conditions.open, forward: [], stickySeconds: undefined });
    alb.addRule({ arn: page, conditions: [off], forward: undefined, stickySeconds: undefined });
    ecs.put('worker-blue', `shop@sha256:${'a'.repeat(64)}`, 0);
    give(0);
  });

  it('is nothing where nobody is led to it', async () => {
    expect(await ask()).to.equal(undefined);
  });

  it('names the weight of each service, however small, also in a rule that was edited by hand', async () => {
    give(1);
    expect(await ask()).to.equal(`it has weight: ${routes.map(({ service }) => `1 % of ${service}`).join(', ')}`);
    const [{ ruleArn, targetGroups }] = [routes[0]!];
    give(0);
    alb.edit(ruleArn, { forward: [{ targetGroupArn: targetGroups.blue, weight: 1 }] });
    expect(await ask()).to.match(/^it has weight: 100 % of/);
  });

  it('does not count a route that users don’t get, nor one that is gone', async () => {
    give(100);
    for (const { ruleArn, conditions } of routes) alb.edit(ruleArn, { conditions: conditions.dark });
    expect(await ask()).to.equal(undefined);
    for (const { ruleArn } of routes) alb.removeRule(ruleArn);
    alb.removeRule(page);
    expect(await ask()).to.equal(undefined);
  });

  it('names the work that nobody is routed to', async () => {
    ecs.put('worker-blue', `shop@sha256:${'a'.repeat(64)}`, 1);
    expect(await ask()).to.equal('it does the work of worker-blue');
  });

  it('counts requests of the last minutes, whatever the weights are', async () => {
    give(100);
    alb.request(routes[0]!.ruleArn);
    give(0);
    clock.leap(130_000);
    expect(await ask()).to.equal('1 requests reached it in the last minutes');
    clock.leap(180_000);
    expect(await ask()).to.equal(undefined);
  });

  it('lets go of a slot whose users get the maintenance page, once their requests are answered', async () => {
    give(100);
    ecs.put('worker-blue', `shop@sha256:${'a'.repeat(64)}`, 1);
    alb.request(routes[0]!.ruleArn);
    alb.edit(page, { conditions: [everything] });
    clock.leap(130_000);
    expect(await ask()).to.match(/requests reached it/);
    clock.leap(180_000);
    expect(await ask()).to.equal(undefined);
  });

  it('is no yes where AWS does not answer', async () => {
    alb.fail('describeRules', 1_000);
    await rejection(ask(), TransientError);
  });
});
