import { expect } from 'chai';
import { maintenancePath, routeConditions } from '../../../contract/aws-route.js';
import type { Colour } from '../../../contract/colour.js';
import { DriftError, FencedError, PlatformError } from '../../../contract/errors.js';
import type { Weights } from '../../../contract/weights.js';
import type { Traffic } from '../../../pipeline/ports/traffic.js';
import type { Fence } from '../../../platforms/aws/fence.js';
import type { Route } from '../../../platforms/aws/route.js';
import { albTraffic } from '../../../platforms/aws/traffic.js';
import { FakeAlb } from '../../support/fake-alb.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';
import { describeTraffic, type TrafficBench } from '../traffic-conformance.js';

const paths = { admin: '/admin', api: '/api', web: '/' };
const routes = Object.entries(paths).map(([service, path]): Route => ({
  service,
  ruleArn: `arn:aws:elasticloadbalancing:::rule/${service}`,
  targetGroups: {
    blue: `arn:aws:elasticloadbalancing:::tg/${service}-blue`,
    green: `arn:aws:elasticloadbalancing:::tg/${service}-green`,
  },
  conditions: { open: routeConditions({ path }, false), dark: routeConditions({ path }, true) },
}));
const [admin, api, web] = routes as [Route, Route, Route];

interface AlbBench extends TrafficBench {
  readonly alb: FakeAlb;
  readonly clock: LeapingClock;
}

function makeBench(stickySeconds?: number): AlbBench {
  const clock = new LeapingClock();
  const alb = new FakeAlb(clock);
  for (const route of routes) {
    alb.addRule({
      arn: route.ruleArn,
      conditions: route === admin ? route.conditions.dark : route.conditions.open,
      forward: [
        { targetGroupArn: route.targetGroups.blue, weight: 100 },
        { targetGroupArn: route.targetGroups.green, weight: 0 },
      ],
      stickySeconds: undefined,
    });
  }
  let highest = 0;
  const fence: Fence = {
    admit: (token) => {
      highest = Math.max(highest, token);
      return token < highest ? Promise.reject(new FencedError(`token ${highest} was given out`)) : Promise.resolve();
    },
  };
  const port = (): Traffic =>
    albTraffic({ api: alb, routes, fence, clock, ...(stickySeconds ? { stickySeconds } : {}) });
  return {
    alb,
    clock,
    traffic: port(),
    takeOver: (token) => {
      highest = token;
      return Promise.resolve(port());
    },
    load: (requests) => {
      clock.leap(90_000);
      for (let index = 0; index < requests; index += 1) for (const route of [api, web]) alb.request(route.ruleArn);
      clock.leap(180_000);
      return Promise.resolve();
    },
    setByHand: (service, weights) => {
      const route = routes.find((candidate) => candidate.service === service)!;
      alb.edit(route.ruleArn, {
        forward: [
          { targetGroupArn: route.targetGroups.blue, weight: weights.blue },
          { targetGroupArn: route.targetGroups.green, weight: weights.green },
        ],
      });
      clock.leap(alb.staleFor);
      return Promise.resolve();
    },
    freezeDataPlane: () => {
      alb.freeze();
      return Promise.resolve();
    },
    sicken: (colour: Colour) => {
      for (const route of routes) alb.setHealth(route.targetGroups[colour], ['unhealthy']);
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
}

const traits = { keepsToken: false, topsUp: false };
describeTraffic('an application load balancer', traits, () => Promise.resolve(makeBench()));
describeTraffic('an application load balancer that answers stale, loses replies and throttles', traits, () => {
  const bench = makeBench();
  bench.alb.staleFor = 4_000;
  bench.alb.fail('modifyRule', 2);
  bench.alb.fail('modifyRule', 1, true);
  bench.alb.fail('describeRules', 1);
  return Promise.resolve(bench);
});

describe('albTraffic', () => {
  const off = [{ field: 'path', values: [maintenancePath] }] as const;
  const blue = { blue: 100, green: 0 };
  const green = { blue: 0, green: 100 };
  const tenth = { blue: 90, green: 10 };

  it('fault 10: a target group that somebody has emptied is drift, which nothing overwrites', async () => {
    const { traffic, alb } = makeBench();
    const { mark } = await traffic.shift(tenth, { expected: blue, token: 1 });
    alb.setHealth(api.targetGroups.blue, []);
    alb.calls.length = 0;
    const error = await rejection(traffic.converged(tenth, mark, new AbortController().signal), DriftError);
    expect(error.message).to.equal('api blue has weight, and its target group is empty: somebody took its targets out');
    expect(alb.calls).to.not.include('modifyRule');
  });

  it('fault 10: a rule that somebody edits right after it was written is drift, which nothing overwrites', async () => {
    const bench = makeBench();
    const { traffic, alb } = bench;
    const byHand = { blue: 35, green: 65 };
    const write = alb.modifyRule.bind(alb);
    alb.modifyRule = async (arn, change) => {
      await write(arn, change);
      if (arn === web.ruleArn) await bench.setByHand?.('web', byHand);
    };
    const error = await rejection(traffic.shift(tenth, { expected: blue, token: 1 }), DriftError);
    expect(error.message).to.match(/^written, and then somebody else wrote: .*web blue 35 % \/ green 65 %/);
    expect((await traffic.read()).services['web']).to.deep.equal(byHand);
  });

  it('fault 33: does not take a read from before its own write for drift', async () => {
    const { traffic, alb } = makeBench();
    alb.staleFor = 4_000;
    await traffic.shift(tenth, { expected: blue, token: 1 });
    alb.edit(api.ruleArn, {});
    for (let read = 0; read < 4; read += 1) expect((await traffic.read()).weights).to.deep.equal(tenth);
  });

  it('goes back with one call per rule and nothing before them', async () => {
    const { traffic, alb } = makeBench();
    await traffic.shift(tenth, { expected: blue, token: 1 });
    alb.calls.length = 0;
    await traffic.shift(blue, { expected: undefined, token: 1 });
    expect(alb.calls.slice(0, 4)).to.deep.equal(['modifyRule', 'modifyRule', 'modifyRule', 'describeRules']);
    expect(alb.calls.filter((call) => call === 'modifyRule')).to.have.length(3);
  });

  it("asks the fence anew before it goes forward, and is content with the lease's term when it goes back", async () => {
    const { alb, clock } = makeBench();
    const asked: string[] = [];
    const fence: Fence = { admit: (_token, how) => Promise.resolve(void asked.push(how)) };
    const traffic = albTraffic({ api: alb, routes, fence, clock });
    await traffic.shift(tenth, { expected: blue, token: 1 });
    await traffic.shift(blue, { expected: undefined, token: 1 });
    expect(asked).to.deep.equal(['now', 'lately']);
  });

  it('fault 31: goes back through minutes of throttling', async () => {
    const { traffic, alb, clock } = makeBench();
    alb.fail('modifyRule', 100);
    const before = clock.monotonic();
    await traffic.shift(green, { expected: undefined, token: 1 });
    expect(clock.monotonic() - before).to.be.greaterThan(100_000);
    expect((await traffic.read()).weights).to.deep.equal(green);
  });

  it('names the rules that it could not write', async () => {
    const { traffic, alb } = makeBench();
    alb.removeRule(web.ruleArn);
    const error = await traffic.shift(green, { expected: undefined, token: 1 }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PlatformError);
    expect((error as PlatformError).message).to.match(/^the rules of web could not be written/);
    expect(alb.rule(api.ruleArn).forward?.map((target) => target.weight)).to.deep.equal([0, 100]);
  });

  it('says what a rule edited by hand does, and writes over it when it goes back', async () => {
    const { traffic, alb } = makeBench();
    alb.staleFor = 3_000;
    alb.edit(api.ruleArn, { forward: undefined });
    const error = await settle(traffic);
    expect(error).to.be.instanceOf(DriftError);
    expect((error as DriftError).message).to.match(/service api: its rule was edited by hand/);
    await traffic.shift(blue, { expected: undefined, token: 1 });
    expect((await traffic.read()).weights).to.deep.equal(blue);
  });

  it('says that a rule is gone', async () => {
    const { traffic, alb } = makeBench();
    alb.removeRule(web.ruleArn);
    const error = await traffic.read().catch((reason: unknown) => reason);
    expect((error as DriftError).message).to.match(/service web: its listener rule .* does not exist/);
  });

  it('fault 39: keeps visitors with their slot only while both slots have weight', async () => {
    const { traffic, alb } = makeBench(600);
    await traffic.shift(tenth, { expected: blue, token: 1 });
    expect(alb.rule(api.ruleArn).stickySeconds).to.equal(600);
    await traffic.shift(blue, { expected: tenth, token: 1 });
    expect(alb.rule(api.ruleArn).stickySeconds).to.equal(undefined);
  });

  it('does not judge the minute in which it shifted, nor one that is still being counted', async () => {
    const { traffic, alb, clock } = makeBench();
    const { mark } = await traffic.shift(green, { expected: blue, token: 1 });
    for (let index = 0; index < 400; index += 1) for (const route of [api, web]) alb.request(route.ruleArn);
    clock.leap(20_000);
    const early = await traffic.converged(green, mark, AbortSignal.timeout(5_000));
    expect(early.because).to.match(/no whole minute with requests since the shift yet/);
    expect(early.answer).to.equal('unknown');
    clock.leap(200_000);
    expect((await traffic.converged(green, mark, AbortSignal.timeout(5_000))).answer).to.equal('unknown');
  });

  it("does not know when it can't look", async () => {
    const { traffic, alb } = makeBench();
    const { mark } = await traffic.shift(green, { expected: blue, token: 1 });
    alb.fail('targetHealth');
    const verdict = await traffic.converged(green, mark, AbortSignal.timeout(5_000));
    expect(verdict).to.deep.equal({
      answer: 'unknown',
      because: 'could not look: targetHealth: Throttling',
      evidence: {},
    });
  });

  it('takes the rules at their word behind the maintenance page, where nobody is there to be counted', async () => {
    const { alb, clock } = makeBench();
    const page = 'arn:aws:elasticloadbalancing:::rule/maintenance';
    alb.addRule({ arn: page, conditions: off, forward: undefined, stickySeconds: undefined });
    const fence = { admit: () => Promise.resolve() };
    const traffic = albTraffic({ api: alb, routes, maintenanceRuleArn: page, fence, clock });
    const { mark } = await traffic.shift(green, { expected: blue, token: 1 });
    clock.leap(300_000);
    const converged = (weights: Weights) => traffic.converged(weights, mark, AbortSignal.timeout(5_000));
    expect((await converged(green)).answer).to.equal('unknown');
    alb.edit(page, { conditions: [{ field: 'path', values: ['*'] }] });
    const seen = await converged(green);
    expect(seen.answer).to.equal('yes');
    expect(seen.because).to.match(/users get the maintenance page/);
    expect((await converged(blue)).answer, 'but not against them').to.equal('no');
    alb.setHealth(web.targetGroups.green, ['unhealthy']);
    expect((await converged(green)).answer, 'nor for targets that are ill').to.equal('no');
  });

  it('tops thin traffic up by what is missing', async () => {
    const { alb, clock } = makeBench();
    const sent: Record<string, number> = {};
    const traffic = albTraffic({
      api: alb,
      routes,
      fence: { admit: () => Promise.resolve() },
      clock,
      topUp: (service, requests) => Promise.resolve(void (sent[service] = requests)),
    });
    const { mark } = await traffic.shift(green, { expected: blue, token: 1 });
    clock.leap(90_000);
    for (let index = 0; index < 20; index += 1) alb.request(api.ruleArn);
    clock.leap(180_000);
    expect((await traffic.converged(green, mark, AbortSignal.timeout(5_000))).answer).to.equal('unknown');
    expect(sent).to.deep.equal({ api: 30, web: 50 });
  });
});

/** Reads until the edit is seen. */
async function settle(traffic: Traffic): Promise<unknown> {
  for (let read = 0; read < 5; read += 1) {
    const error = await traffic.read().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined) return error;
  }
  return undefined;
}
