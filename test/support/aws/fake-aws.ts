import { imageByDigest } from '../../../contract/aws-names.js';
import { backgroundNames } from '../../../contract/service.js';
import type { Colour } from '../../../contract/colour.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { Release } from '../../../contract/release.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import { readLease } from '../../../journal/lease.js';
import type { Store } from '../../../journal/store.js';
import type { Clock } from '../../../pipeline/ports/clock.js';
import type { Platform } from '../../../pipeline/ports/platform.js';
import { awsBackground } from '../../../platforms/aws/background.js';
import { awsDatabase } from '../../../platforms/aws/database.js';
import { awsDeadMansSwitch } from '../../../platforms/aws/dead-mans-switch.js';
import { leaseFence } from '../../../platforms/aws/lease-fence.js';
import type { AlbTarget } from '../../../platforms/aws/alb-api.js';
import type { MetricApi } from '../../../platforms/aws/metric-api.js';
import { albMetrics } from '../../../platforms/aws/metrics.js';
import { routesOf } from '../../../platforms/aws/routes-of.js';
import { awsSlots } from '../../../platforms/aws/slots.js';
import { albTraffic } from '../../../platforms/aws/traffic.js';
import { awsOutputs } from '../aws-outputs.js';
import { awsSlotInput } from '../aws-release.js';
import { FakeAlb } from '../fake-alb.js';
import type { FakeClock } from '../fake-clock.js';
import { FakeEcs } from '../fake-ecs.js';
import { FakeRds } from '../fake-rds.js';
import { FakeTargets } from '../fake-targets.js';
import type { KillableAws } from './killable-aws.js';

/** Users' requests to each service in ten seconds. */
const requestsPerTick = 200;
const tick = 10_000;

/**
 * An environment on AWS whose load balancer, ECS, RDS and schedule are fakes with state, with users who ask all the time
 * on a clock of its own. Processes come and go; it stays.
 */
export class FakeAws implements KillableAws {
  readonly outputs: AwsOutputs = awsOutputs();
  readonly clock: FakeClock;
  readonly alb: FakeAlb;
  readonly ecs: FakeEcs;
  readonly rds: FakeRds;
  scheduled: { at: Date; input: string } | undefined;
  readonly #routes = routesOf(this.outputs);
  #asked = 0;

  constructor(clock: FakeClock) {
    this.clock = clock;
    this.alb = new FakeAlb(clock);
    this.ecs = new FakeEcs(clock);
    this.rds = new FakeRds(clock);
    const { database } = this.outputs;
    this.rds.keyArn = database?.snapshots.kmsKeyArn;
    this.rds.addInstance({ identifier: database?.identifier ?? '' });
    for (const { ruleArn, targetGroups, conditions } of this.#routes) {
      const forward = [
        { targetGroupArn: targetGroups.blue, weight: 100 },
        { targetGroupArn: targetGroups.green, weight: 0 },
      ];
      this.alb.addRule({ arn: ruleArn, conditions: conditions.open, forward, stickySeconds: undefined });
      for (const group of [targetGroups.blue, targetGroups.green]) this.alb.setHealth(group, ['healthy']);
    }
    clock.onAdvance = (time) => {
      for (; this.#asked + tick <= time; this.#asked += tick) {
        for (const { ruleArn } of this.#routes)
          for (let index = 0; index < requestsPerTick; index += 1) this.alb.request(ruleArn);
      }
    };
  }

  release(version: string): Promise<Release> {
    return Promise.resolve(awsSlotInput(version).release);
  }

  armed() {
    return Promise.resolve(this.scheduled);
  }

  writeRule(ruleArn: string, targets: readonly AlbTarget[]): Promise<void> {
    return this.alb.modifyRule(ruleArn, { forward: { targets, stickySeconds: undefined } });
  }

  held(): Promise<readonly string[]> {
    return Promise.resolve([...this.ecs.scaleIn].filter(([, allowed]) => !allowed).map(([service]) => service));
  }

  migrationTokens(): readonly string[] {
    return this.ecs.oneOffs.map(({ token }) => token);
  }

  /** The ports as one process has them. */
  platform(clock: Clock, store: Store): Promise<Platform> {
    return Promise.resolve(this.#platform(clock, store));
  }

  #platform(clock: Clock, store: Store): Platform {
    const { outputs, alb, ecs, rds } = this;
    const routes = this.#routes;
    const { database } = outputs;
    if (database === null) throw new Error('the environment has no database');
    const keeper = { get: (key: string) => store.get(key), put: (key: string, text: string) => store.put(key, text) };
    const highest = async () => (await readLease(store, outputs.environment))?.lease.token ?? 0;
    const fence = leaseFence({ highest });
    const traffic = albTraffic({ api: alb, routes, fence, clock });
    const result = { changes: {}, seconds: 1, outputs: {}, stateBefore: undefined };
    const engine = {
      up: async (stack: string, { input }: { readonly input?: SlotInput }) => {
        if (input) await this.#stand(stack.endsWith('-blue') ? 'blue' : 'green', input);
        return result;
      },
      destroy: () => Promise.reject(new Error('nobody destroys a slot here')),
    };
    const slots = awsSlots({ outputs, routes, engine, ecs, scaling: ecs, alb, traffic, keeper, clock });
    const login = { host: '127.0.0.1', port: 1, username: 'app', password: 'x'.repeat(20) };
    return {
      name: 'aws',
      abilities: { cohort: false, compareAndSet: false, triesBackups: false, scales: true },
      traffic,
      // The test route is a real request to a real load balancer.
      slots: { ...slots, probe: () => Promise.resolve({ status: 200, headers: {}, body: 'ok', milliseconds: 1 }) },
      metrics: albMetrics({ api: this.#watch, routes, balancer: outputs.balancer.metricDimension, clock }),
      background: awsBackground({ outputs, ecs, fence, clock }),
      artifacts: { check: () => Promise.resolve({ answer: 'yes', because: 'there', evidence: {} }) },
      database: awsDatabase({
        outputs,
        database,
        rds,
        rdsElsewhere: () => {
          throw new Error('nobody copies here');
        },
        ecs,
        secrets: {
          describe: () => Promise.resolve(undefined),
          value: () => Promise.resolve(JSON.stringify(login)),
          put: () => Promise.reject(new Error('nobody switches the database here')),
        },
        targets: new FakeTargets(),
        tasks: {
          ecs,
          logs: { read: () => Promise.resolve({ lines: [], next: undefined }) },
          clock,
          subnetIds: ['subnet-1'],
          securityGroupId: 'sg-1',
        },
        keeper,
        clock,
        requireAccount: () => Promise.resolve(),
      }),
      deadMansSwitch: awsDeadMansSwitch({
        environment: outputs.environment,
        schedule: {
          read: () => Promise.resolve(this.scheduled),
          write: (at, input) => Promise.resolve(void (this.scheduled = { at, input })),
          remove: () => Promise.resolve(void (this.scheduled = undefined)),
        },
        routes,
        keeper,
        clock,
      }),
    };
  }

  /** What a slot's program does to ECS: images and definitions, and numbers only of what is new. */
  async #stand(colour: Colour, input: SlotInput): Promise<void> {
    const background = backgroundNames(this.outputs.services);
    for (const [service, artifact] of Object.entries(input.release.artifacts)) {
      const name = `${service}-${colour}`;
      const [standing] = await this.ecs.services([name]);
      const first = background.includes(service) ? 0 : (input.replicas[service] ?? 2);
      this.ecs.put(name, imageByDigest(artifact), standing?.desired ?? first);
    }
  }

  /** Every request takes 40 ms and is answered well. */
  readonly #watch: MetricApi = {
    perMinute: async (queries, from, to, signal) => {
      const groups = this.#routes.flatMap(({ targetGroups: { blue, green } }) => [blue, green]);
      const counts = await this.alb.requestsPerMinute(groups, from, to, signal);
      return queries.map(({ metric, statistic, dimensions }) => {
        const counted =
          metric === 'RequestCount' || metric === 'HTTPCode_Target_2XX_Count' || statistic === 'TC(0.03:0.05)';
        const group = groups.find((arn) => arn.endsWith(dimensions['TargetGroup'] ?? 'none'));
        if (!counted || group === undefined) return [];
        return (counts.get(group) ?? []).map(({ minute, requests }) => ({ minute, value: requests }));
      });
    },
  };
}
