import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ecsServiceName } from '../../../contract/aws-names.js';
import { colours, type Colour } from '../../../contract/colour.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { Release } from '../../../contract/release.js';
import { routedNames } from '../../../contract/service.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import { readLease } from '../../../journal/lease.js';
import type { Store } from '../../../journal/store.js';
import type { Clock } from '../../../pipeline/ports/clock.js';
import type { Platform } from '../../../pipeline/ports/platform.js';
import type { AlbTarget } from '../../../platforms/aws/alb-api.js';
import { openAws } from '../../../platforms/aws/open.js';
import { sdkAlb } from '../../../platforms/aws/sdk-alb.js';
import { sdkMetrics } from '../../../platforms/aws/sdk-metrics.js';
import { sdkSchedule } from '../../../platforms/aws/sdk-schedule.js';
import { awsOutputs } from '../aws-outputs.js';
import { awsSlotInput } from '../aws-release.js';
import type { FakeClock } from '../fake-clock.js';
import { makeMotoBalancer } from '../moto-balancer.js';
import { motoCredentials, startMoto, type Moto } from '../moto-server.js';
import { AwsWorld } from './aws-world.js';
import type { KillableAws } from './killable-aws.js';
import { pushImage } from './push-image.js';
import { RealWork } from './real-work.js';
import { makeRigDatabase } from './rig-database.js';
import { standSlot } from './stand-slot.js';

const region = 'eu-central-1';
const group = 'dead-mans-switch';
const scaling = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
/** Users' requests to each service in ten seconds. */
const requestsPerTick = 200;
const tick = 10_000;

/**
 * An environment in moto, with the ports as the command line opens them, on a clock that stands still while AWS is
 * asked. Users ask all the time; the load balancer's counters divide them as its rules do.
 */
export class MotoAws implements KillableAws {
  readonly outputs: AwsOutputs;
  readonly clock: FakeClock;
  readonly #moto: Moto;
  readonly #world: AwsWorld;
  readonly #service: Server;
  readonly #work: RealWork;
  #asked: number;

  private constructor(parts: {
    outputs: AwsOutputs;
    clock: FakeClock;
    moto: Moto;
    world: AwsWorld;
    service: Server;
    work: RealWork;
  }) {
    this.outputs = parts.outputs;
    this.clock = parts.clock;
    this.#moto = parts.moto;
    this.#world = parts.world;
    this.#service = parts.service;
    this.#work = parts.work;
    this.#asked = parts.clock.monotonic();
    parts.clock.working = () => this.#work.goesOn;
    parts.clock.onAdvance = (time) => this.#ask(time);
  }

  static async open(clock: FakeClock): Promise<MotoAws> {
    Object.assign(process.env, motoCredentials);
    const moto = await startMoto();
    const base = awsOutputs();
    const { name } = base.cluster;
    const world = await new AwsWorld({ moto: moto.url, cluster: name, now: () => clock.now().getTime() }).start();
    const at = { region, endpoint: moto.url };
    const balancer = await makeMotoBalancer(moto.url);
    const cluster = await new ECSClient(at).send(new CreateClusterCommand({ clusterName: name }));
    await new SchedulerClient(at).send(new CreateScheduleGroupCommand({ Name: group }));
    // Nobody reaches the database from here, as it is with most: a release brings its own tool.
    const { outputs: database } = await makeRigDatabase({ url: moto.url, region, world, servers: undefined });
    const service = createServer((_, answer) => answer.writeHead(200).end('ok'));
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const testUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const routes = balancer.routes.flatMap(({ service: of, ruleArn, targetGroups }) => {
      const known = base.routes[of];
      return known ? [[of, { ...known, ruleArn, targetGroups }] as const] : [];
    });
    const outputs: AwsOutputs = {
      ...base,
      endpoint: world.url,
      cluster: { arn: cluster.cluster?.clusterArn ?? '', name },
      balancer: {
        ...base.balancer,
        url: testUrl,
        testUrl,
        metricDimension: balancer.metricDimension,
        maintenanceRuleArn: balancer.maintenanceRuleArn,
      },
      routes: Object.fromEntries(routes),
      database,
      deadMansSwitch: { ...base.deadMansSwitch!, scheduleGroup: group },
    };
    return new MotoAws({ outputs, clock, moto, world, service, work: new RealWork() });
  }

  async close(): Promise<void> {
    this.#work.stop();
    this.#service.closeAllConnections();
    await new Promise((resolve) => this.#service.close(resolve));
    await this.#world.stop();
    await this.#moto.stop();
  }

  async release(version: string): Promise<Release> {
    const { release } = awsSlotInput(version);
    const pushed = Object.entries(release.artifacts).map(async ([service, artifact]) => {
      const digest = await pushImage({ region, endpoint: this.#moto.url }, `shop/${service}`, version);
      return [service, { ...artifact, digest }] as const;
    });
    return { ...release, artifacts: Object.fromEntries(await Promise.all(pushed)) };
  }

  platform(clock: Clock, store: Store): Promise<Platform> {
    const { environment } = this.outputs;
    const result = { changes: {}, seconds: 1, outputs: {}, stateBefore: undefined };
    return openAws(this.outputs, {
      engine: {
        up: async (stack, { input }) => {
          if (input) await this.#work.during(() => this.#stand(stack, input));
          return result;
        },
        destroy: () => Promise.reject(new Error('nobody destroys a slot here')),
      },
      keeper: { get: (key) => store.get(key), put: (key, text) => store.put(key, text) },
      highestToken: async () => (await readLease(store, environment))?.lease.token ?? 0,
      clock,
      tell: () => undefined,
    });
  }

  armed() {
    const { functionArn: arn, scheduleRoleArn: roleArn } = this.outputs.deadMansSwitch!;
    return sdkSchedule(this.#place, { group, name: 'armed', arn, roleArn }).read();
  }

  async writeRule(ruleArn: string, targets: readonly AlbTarget[]): Promise<void> {
    const alb = sdkAlb(this.#place, sdkMetrics(this.#place), this.outputs.balancer.metricDimension);
    await alb.modifyRule(ruleArn, { forward: { targets, stickySeconds: undefined } });
  }

  async held(): Promise<readonly string[]> {
    const client = new ApplicationAutoScalingClient(this.#place);
    const { ScalableTargets = [] } = await client.send(new DescribeScalableTargetsCommand(scaling));
    client.destroy();
    const held = ScalableTargets.filter(({ SuspendedState }) => SuspendedState?.DynamicScalingInSuspended === true);
    return held.map(({ ResourceId = '' }) => ResourceId);
  }

  migrationTokens(): readonly string[] {
    return this.#world.oneOffs.map(({ clientToken }) => String(clientToken));
  }

  get #place() {
    return { region, endpoint: this.#world.url };
  }

  async #stand(stack: string, input: SlotInput): Promise<void> {
    const { outputs } = this;
    const colour: Colour = stack.endsWith('-blue') ? 'blue' : 'green';
    await standSlot({ moto: this.#moto.url, stack, environment: outputs, colour, input });
    const client = new ApplicationAutoScalingClient(this.#place);
    for (const service of routedNames(outputs.services)) {
      const ResourceId = `service/${outputs.cluster.name}/${ecsServiceName(service, colour)}`;
      await client.send(new RegisterScalableTargetCommand({ ...scaling, ResourceId, MinCapacity: 1, MaxCapacity: 20 }));
    }
    client.destroy();
  }

  #ask(time: number): void {
    const since = this.clock.now().getTime() - time;
    for (; this.#asked + tick <= time; this.#asked += tick) {
      for (const service of Object.keys(this.outputs.routes)) {
        for (const colour of colours) {
          const name = `${service}-${colour}`;
          const share = this.#world.shares.get(name) ?? (colour === 'blue' ? 100 : 0);
          if (share > 0) this.#world.count(name, (requestsPerTick * share) / 100, since + this.#asked + tick);
        }
      }
    }
  }
}
