import { expect } from 'chai';
import type { Colour } from '../../../contract/colour.js';
import { FencedError, PlatformError } from '../../../contract/errors.js';
import type { Traffic } from '../../../pipeline/ports/traffic.js';
import type { Fence } from '../../../platforms/aws/fence.js';
import { sdkAlb } from '../../../platforms/aws/sdk-alb.js';
import { sdkMetrics } from '../../../platforms/aws/sdk-metrics.js';
import { albTraffic } from '../../../platforms/aws/traffic.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { describeTraffic, type TrafficBench } from '../../platforms/traffic-conformance.js';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { makeMotoBalancer, type MotoBalancer } from '../../support/moto-balancer.js';
import { motoCredentials, startMoto, type Moto } from '../../support/moto-server.js';
import { rejection } from '../../support/rejection.js';

Object.assign(process.env, motoCredentials);

let moto: Moto;
let balancer: MotoBalancer;
let benches = 0;
before(async function () {
  this.timeout(400_000);
  moto = await startMoto();
  balancer = await makeMotoBalancer(moto.url);
});
after(() => moto.stop());

interface MotoBench extends TrafficBench {
  readonly proxy: FaultProxy;
}

async function makeBench(): Promise<MotoBench> {
  await putBack(balancer);
  const proxy = await startFaultProxy(moto.url);
  const place = { region: 'eu-central-1', endpoint: proxy.url };
  benches += 1;
  // Every bench has a quarter of an hour of its own, so that nobody counts another's requests.
  const clock = new LeapingClock(
    new Date(Math.floor(Date.now() / 900_000) * 900_000 - benches * 900_000).toISOString(),
  );
  const api = sdkAlb(place, sdkMetrics(place), balancer.metricDimension);
  const openRules = () => {
    const open = balancer.routes.filter((route) => route.service !== 'admin');
    return api.describeRules(open.map((route) => route.ruleArn));
  };
  let frozen: Awaited<ReturnType<typeof openRules>> | undefined;
  let highest = 0;
  const fence: Fence = {
    admit: (token) => {
      highest = Math.max(highest, token);
      return token < highest ? Promise.reject(new FencedError(`token ${highest} was given out`)) : Promise.resolve();
    },
  };
  const port = (): Traffic => albTraffic({ api, routes: balancer.routes, fence, clock });
  return {
    proxy,
    traffic: port(),
    takeOver: (token) => {
      highest = token;
      return Promise.resolve(port());
    },
    async setByHand(service, weights) {
      const route = balancer.routes.find((candidate) => candidate.service === service)!;
      const targets = (['blue', 'green'] as const).map((colour: Colour) => ({
        targetGroupArn: route.targetGroups[colour],
        weight: weights[colour],
      }));
      await api.modifyRule(route.ruleArn, { forward: { targets, stickySeconds: undefined } });
    },
    async load(requests) {
      clock.leap(90_000);
      const minute = clock.now();
      for (const rule of frozen ?? (await openRules())) {
        const sum = rule.forward!.reduce((total, target) => total + target.weight, 0);
        for (const { targetGroupArn, weight } of rule.forward!) {
          await putRequests(moto.url, balancer.metricDimension, targetGroupArn, (requests * weight) / sum, minute);
        }
      }
      clock.leap(240_000);
    },
    async freezeDataPlane() {
      frozen = await openRules();
    },
    sicken(colour) {
      // In moto every target is well.
      const body = (asked: string): string => {
        const state = decodeURIComponent(asked).includes(`-${colour}/`) ? 'unhealthy' : 'healthy';
        return `<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions><member>
          <Target><Id>10.0.0.10</Id><Port>80</Port></Target><TargetHealth><State>${state}</State></TargetHealth>
          </member></TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`;
      };
      proxy.befall('DescribeTargetHealth', { kind: 'answered', body }, 100);
      return Promise.resolve();
    },
    stop: () => proxy.stop(),
  };
}

/** As a bench finds it: api and web open with everything on blue, admin dark. */
async function putBack({ routes, metricDimension }: MotoBalancer): Promise<void> {
  const place = { region: 'eu-central-1', endpoint: moto.url };
  const api = sdkAlb(place, sdkMetrics(place), metricDimension);
  const everythingOn = ({ blue, green }: MotoBalancer['routes'][number]['targetGroups']) => [
    { targetGroupArn: blue, weight: 100 },
    { targetGroupArn: green, weight: 0 },
  ];
  for (const route of routes) {
    const conditions = route.service === 'admin' ? route.conditions.dark : route.conditions.open;
    const forward = { targets: everythingOn(route.targetGroups), stickySeconds: undefined };
    await api.modifyRule(route.ruleArn, { forward, conditions });
  }
}

/** moto has no data plane: what the load balancer would have counted is told to it. */
async function putRequests(
  url: string,
  balancer: string,
  group: string,
  requests: number,
  minute: Date,
): Promise<void> {
  if (requests === 0) return;
  const { CloudWatchClient, PutMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient({ region: 'eu-central-1', endpoint: url });
  const Dimensions = [
    { Name: 'LoadBalancer', Value: balancer },
    { Name: 'TargetGroup', Value: group.slice(group.indexOf('targetgroup/')) },
  ];
  const datum = { MetricName: 'RequestCount', Dimensions, Timestamp: minute, Value: requests };
  await client.send(new PutMetricDataCommand({ Namespace: 'AWS/ApplicationELB', MetricData: [datum] }));
  client.destroy();
}

describe('the load balancer of AWS, in moto', function () {
  this.timeout(60_000);
  describeTraffic("moto's load balancer", { keepsToken: false, topsUp: false }, makeBench);

  describe('what befalls calls on their way', () => {
    const blue = { blue: 100, green: 0 };
    const half = { blue: 50, green: 50 };
    let bench: MotoBench;
    beforeEach(async () => {
      bench = await makeBench();
    });
    afterEach(() => bench.stop());

    it('fault 31: throttling and errors of the server are outlasted', async () => {
      bench.proxy.befall('ModifyRule', { kind: 'throttled' }, 8);
      bench.proxy.befall('ModifyRule', { kind: 'server-error' }, 4);
      bench.proxy.befall('DescribeRules', { kind: 'throttled' }, 8);
      await bench.traffic.shift(half, { expected: blue, token: 1 });
      expect((await bench.traffic.read()).weights).to.deep.equal(half);
    });

    it('fault 32: a reply that is lost after the change is the same change once more', async () => {
      bench.proxy.befall('ModifyRule', { kind: 'reply-lost' }, 6);
      await bench.traffic.shift(half, { expected: blue, token: 1 });
      expect((await bench.traffic.read()).weights).to.deep.equal(half);
    });

    it('fault 29: credentials that expire in mid-run are fetched anew', async () => {
      bench.proxy.befall('ModifyRule', { kind: 'expired' }, 3);
      await bench.traffic.shift(half, { expected: blue, token: 1 });
      expect((await bench.traffic.read()).weights).to.deep.equal(half);
    });

    it('a permission that is lacking is said at once, and what to look at', async () => {
      bench.proxy.befall('ModifyRule', { kind: 'denied' }, 3);
      const error = await rejection(bench.traffic.shift(half, { expected: undefined, token: 1 }), PlatformError);
      expect(error.message).to.match(/^the rules of admin, api, web could not be written/);
      expect((error.cause as PlatformError).hint).to.match(/lacks this permission/);
      expect(error).to.not.be.instanceOf(TransientError);
    });

    it('says that a rule is gone although AWS then answers for none', async () => {
      const place = { region: 'eu-central-1', endpoint: bench.proxy.url };
      const api = sdkAlb(place, sdkMetrics(place), balancer.metricDimension);
      const [route] = balancer.routes;
      const missing = `${route!.ruleArn.slice(0, -4)}0000`;
      const rules = await api.describeRules([missing, route!.ruleArn]);
      expect(rules.map((rule) => rule.arn)).to.deep.equal([route!.ruleArn]);
    });

    it('goes back with one call per rule and none to anything else before them', async () => {
      bench.proxy.calls.length = 0;
      await bench.traffic.shift(blue, { expected: undefined, token: 1 });
      expect(bench.proxy.calls.slice(0, 3)).to.deep.equal(['ModifyRule', 'ModifyRule', 'ModifyRule']);
      expect(new Set(bench.proxy.calls.slice(3))).to.deep.equal(new Set(['DescribeRules']));
    });
  });
});
