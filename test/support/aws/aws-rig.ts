import { execa } from 'execa';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { CreateScheduleGroupCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { rehearsalSlot, showsMaintenance, slotHeader } from '../../../contract/aws-route.js';
import type { Colour } from '../../../contract/colour.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import { parse } from '../../../contract/parse.js';
import { servicesSchema } from '../../../contract/service.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { saveOutputs } from '../../../journal/outputs.js';
import type { AlbRule } from '../../../platforms/aws/alb-api.js';
import { percentOf } from '../../../platforms/aws/alb-weights.js';
import type { Route } from '../../../platforms/aws/route.js';
import { sdkAlb } from '../../../platforms/aws/sdk-alb.js';
import { sdkMetrics } from '../../../platforms/aws/sdk-metrics.js';
import type { Weights } from '../../../contract/weights.js';
import { writtenConfiguration } from '../aws-configuration.js';
import { awsOutputs } from '../aws-outputs.js';
import { compiledPackage } from '../compiled-package.js';
import { startFaultProxy, type Asked, type FaultProxy, type Reply } from '../fault-proxy.js';
import { makeMotoBalancer, rehearsalPort, type MotoBalancer } from '../moto-balancer.js';
import { motoCredentials, startMoto, type Moto } from '../moto-server.js';
import { AwsWorld } from './aws-world.js';
import { pushImage } from './push-image.js';
import { makeRigDatabase, type RigDatabase, type RigServers } from './rig-database.js';
import { forwardToTarget } from './running-tasks.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const region = 'eu-central-1';
const registry = `222222222222.dkr.ecr.${region}.amazonaws.com`;

/** How much faster the command line's clocks run than the machine's: less where others are at work, too. */
export const speed = Math.max(5, Math.round(15 / Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())));

const services = {
  api: {
    kind: 'routed',
    path: '/api',
    replicas: 2,
    health: { path: '/api/healthz' },
    smoke: [{ path: '/api/healthz', contains: 'ok' }],
  },
  web: { kind: 'routed', path: '/', replicas: 2 },
  worker: { kind: 'background', replicas: 1, stopWithin: '5s' },
};

export interface RigOptions {
  /** Then the environment has a database. */
  readonly servers?: RigServers;
  /** Shares of traffic that a deploy gives. */
  readonly weights?: readonly number[];
  /** `rules.database`. */
  readonly databaseRules?: object;
  /** Then rehearsals start what the world runs. */
  readonly rehearsals?: boolean;
  /** Then calls reach moto only where this lets them. */
  readonly guard?: (outputs: AwsOutputs, moto: string) => Promise<(asked: Asked) => Promise<Reply | undefined>>;
}

export interface ReleaseOptions {
  /** Fails under users' requests. */
  readonly bad?: boolean;
  /** With images that nobody has pushed. */
  readonly unpushed?: boolean;
  /** A folder of SQL. */
  readonly migrations?: string;
  /** A tool of its own, by a service and its command. */
  readonly migrate?: string;
}

/**
 * A team's project whose environment `production` lies in moto, and the real command line on it, with clocks that run
 * faster. The environment is made by AWS's own calls; slots by a stand-in for the engine. Users ask all the time.
 */
export class AwsRig {
  readonly moto: Moto;
  readonly world: AwsWorld;
  readonly proxy: FaultProxy;
  readonly balancer: MotoBalancer;
  readonly outputs: AwsOutputs;
  readonly folder: string;
  /** Where the rig was opened with servers. */
  readonly database: RigDatabase | undefined;
  readonly #from: number;
  readonly #compiled: Awaited<ReturnType<typeof compiledPackage>>;
  readonly #service: Server;
  readonly #users = new AbortController();
  #asking: Promise<void> = Promise.resolve();
  #versions = 0;
  /** What the services answer with. */
  status = 200;

  private constructor(parts: {
    moto: Moto;
    world: AwsWorld;
    proxy: FaultProxy;
    balancer: MotoBalancer;
    outputs: AwsOutputs;
    folder: string;
    from: number;
    compiled: Awaited<ReturnType<typeof compiledPackage>>;
    service: Server;
    database: RigDatabase | undefined;
  }) {
    this.moto = parts.moto;
    this.world = parts.world;
    this.proxy = parts.proxy;
    this.balancer = parts.balancer;
    this.outputs = parts.outputs;
    this.folder = parts.folder;
    this.#from = parts.from;
    this.#compiled = parts.compiled;
    this.#service = parts.service;
    this.database = parts.database;
  }

  static async open(options: RigOptions = {}): Promise<AwsRig> {
    const { servers, weights = [10, 50, 100], databaseRules = {}, rehearsals = false, guard } = options;
    Object.assign(process.env, motoCredentials);
    const [moto, compiled] = await Promise.all([startMoto(), compiledPackage()]);
    const from = Date.now();
    const now = (): number => from + (Date.now() - from) * speed;
    const cluster = 'shop-production';
    const world = await new AwsWorld({ moto: moto.url, cluster, now }).start();
    let decide: ((asked: Asked) => Promise<Reply | undefined>) | undefined = undefined;
    const proxy = await startFaultProxy(world.url, (asked) => decide?.(asked));
    const balancer = await makeMotoBalancer(moto.url);
    const maker = new AwsMaker(moto.url);
    const service = createServer((incoming, answer) => {
      const slot = String(incoming.headers[slotHeader]);
      const rehearsed = Object.keys(balancer.rehearsalGroups).find((name) => rehearsalSlot(name) === slot);
      if (rehearsed === undefined) {
        answer.writeHead(rig.status).end('ok');
        return;
      }
      const group = { arn: balancer.rehearsalGroups[rehearsed] ?? '', port: rehearsalPort };
      void forwardToTarget({ region, endpoint: moto.url }, group, incoming, answer);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'crossfade-aws-')));
    const made = await maker.environment({ cluster, balancer, url, endpoint: proxy.url });
    const rehearsalGroups = rehearsals ? balancer.rehearsalGroups : undefined;
    const database = servers && (await makeRigDatabase({ url: moto.url, region, world, servers, rehearsalGroups }));
    const outputs = { ...made, database: database?.outputs ?? null };
    decide = await guard?.(outputs, moto.url);
    const rig = new AwsRig({ moto, world, proxy, balancer, outputs, folder, from, compiled, service, database });
    await rig.#writeProject(weights, databaseRules);
    await saveOutputs(rig.store, outputs);
    rig.#asking = rig.#ask();
    return rig;
  }

  get store(): FolderStore {
    return new FolderStore(join(this.folder, 'store'));
  }

  /** The real command line. */
  crossfade(...words: string[]) {
    return this.#node([join(this.#compiled.folder, 'bin', 'crossfade.js'), ...words]);
  }

  /** A new release with images of its own. */
  async release(options: ReleaseOptions = {}): Promise<string> {
    this.#versions += 1;
    const version = `1.${this.#versions}.0`;
    const maker = new AwsMaker(this.moto.url);
    const artifacts: string[] = [];
    for (const name of Object.keys(services)) {
      const digest =
        options.unpushed === true ? `sha256:${'f'.repeat(64)}` : await maker.image(`shop/${name}`, version);
      artifacts.push('--artifact', `${name}=${registry}/shop/${name}:${version}@${digest}`);
    }
    const made = await this.crossfade(
      'release',
      'create',
      'production',
      '--version',
      version,
      ...artifacts,
      '--commit',
      'a'.repeat(40),
      '--author',
      'ada',
      ...(options.migrations === undefined ? [] : ['--migrations', options.migrations]),
      ...(options.migrate === undefined ? [] : ['--migrate', options.migrate]),
    );
    if (made.exitCode !== 0) throw new Error(made.all);
    if (options.bad === true) this.#bad.add(version);
    return version;
  }

  readonly #bad = new Set<string>();

  /** As the balancer has it, past everything that may befall a call. */
  async weights(): Promise<Record<string, Weights | undefined>> {
    const rules = await this.#rules();
    return Object.fromEntries(
      this.#routes().map((route) => [
        route.service,
        percentOf(route.targetGroups, rules.find(({ arn }) => arn === route.ruleArn)?.forward),
      ]),
    );
  }

  /** The slot that has all of every route; undefined while it is split or mixed. */
  async live(): Promise<Colour | undefined> {
    const all = Object.values(await this.weights());
    return (['blue', 'green'] as const).find((colour) => all.every((weights) => weights?.[colour] === 100));
  }

  /** Whether users get the page, and which call of AWS's is due to end it. */
  async maintenance(): Promise<{ on: boolean; endsBy: string | undefined }> {
    const scheduler = new SchedulerClient({ region, endpoint: this.moto.url });
    const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName: 'dead-mans-switch' }));
    const found = Schedules.find(({ Name }) => Name === 'maintenance');
    return { on: await this.#pageIsOn(), endsBy: found?.Target?.Arn?.split(':').at(-1) };
  }

  /** By this run; says what it said when it ends without. */
  async untilSplit(running: PromiseLike<{ readonly all?: string }>): Promise<void> {
    const end = Date.now() + (30 * 60_000) / speed;
    let said: string | undefined;
    running.then(
      ({ all = '' }) => (said = all),
      () => undefined,
    );
    while (Date.now() < end) {
      if (said !== undefined) throw new Error(`it ended before traffic was split: ${said}`);
      if ((await this.live()) === undefined) return;
      await pause(50);
    }
    throw new Error('traffic was not split within half an hour of its clock');
  }

  /** Until requests of before are no longer called recent: what a slot must be before it is changed. */
  settle(): Promise<void> {
    return pause((4.5 * 60_000) / speed);
  }

  /** As an engine that somebody else runs would. */
  lockStack(stack: string): Promise<void> {
    return writeFile(join(this.folder, 'stacks', `${stack}.lock`), '');
  }

  unlockStack(stack: string): Promise<void> {
    return rm(join(this.folder, 'stacks', `${stack}.lock`));
  }

  async setByHand(service: string, weights: Weights): Promise<void> {
    const route = this.#route(service);
    const targets = (['blue', 'green'] as const).map((colour) => ({
      targetGroupArn: route.targetGroups[colour],
      weight: weights[colour],
    }));
    await this.#direct().modifyRule(route.ruleArn, { forward: { targets, stickySeconds: undefined } });
  }

  async close(): Promise<void> {
    this.#users.abort();
    await this.#asking;
    await this.proxy.stop();
    await this.world.stop();
    this.#service.closeAllConnections();
    await new Promise((resolve) => this.#service.close(resolve));
    await this.moto.stop();
    await this.#compiled.remove();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** What each slot's services run, by the version that their tasks are told. */
  async versions(): Promise<Record<string, string>> {
    return new AwsMaker(this.moto.url).versions(this.outputs.cluster.name, Object.keys(this.outputs.routes));
  }

  async #pageIsOn(): Promise<boolean> {
    const [rule] = await this.#direct().describeRules([this.outputs.balancer.maintenanceRuleArn]);
    return rule !== undefined && showsMaintenance(rule.conditions);
  }

  #routes(): readonly Route[] {
    return this.balancer.routes.filter(({ service }) => service in this.outputs.routes);
  }

  #route(service: string): Route {
    const route = this.#routes().find((candidate) => candidate.service === service);
    if (!route) throw new Error(`no route ${service}`);
    return route;
  }

  #direct() {
    const place = { region, endpoint: this.moto.url };
    return sdkAlb(place, sdkMetrics(place), this.balancer.metricDimension);
  }

  #rules(): Promise<readonly AlbRule[]> {
    return this.#direct().describeRules(this.#routes().map(({ ruleArn }) => ruleArn));
  }

  /** Two hundred requests a second to each service, on the command line's clock. */
  async #ask(): Promise<void> {
    let last = Date.now();
    while (!this.#users.signal.aborted) {
      await pause(100);
      const passed = ((Date.now() - last) / 1_000) * speed;
      last = Date.now();
      const [weights, versions] = await Promise.all([this.weights(), this.versions()]).catch(() => [{}, {}] as const);
      // Behind the page nobody reaches a target group.
      if (await this.#pageIsOn().catch(() => false)) continue;
      for (const [service, share] of Object.entries(weights)) {
        for (const colour of ['blue', 'green'] as const) {
          const group = `${service}-${colour}`;
          const version = (versions as Record<string, string>)[group];
          this.world.errorShare.set(group, version !== undefined && this.#bad.has(version) ? 0.2 : 0);
          // A balancer counts what it could find a target for.
          if (version !== undefined) this.world.count(group, (200 * passed * (share?.[colour] ?? 0)) / 100);
        }
      }
    }
  }

  #node(argv: readonly string[]) {
    return execa(process.execPath, ['--import', here('fast-time.mjs'), ...argv], {
      cwd: this.folder,
      env: {
        ...motoCredentials,
        CROSSFADE_TEST_SPEED: String(speed),
        CROSSFADE_TEST_FROM: String(this.#from),
        CROSSFADE_TEST_STACKS: join(this.folder, 'stacks'),
        CROSSFADE_TEST_MOTO: this.moto.url,
        PATH: [join(this.folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
      },
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 240_000,
    });
  }

  async #writeProject(weights: readonly number[], database: object): Promise<void> {
    const bin = join(this.folder, 'bin');
    const stacks = join(this.folder, 'stacks');
    for (const path of [bin, stacks]) await mkdir(path, { recursive: true });
    const program = `#!/bin/sh\nexec ${process.execPath} --import ${root}node_modules/tsx/dist/esm/index.mjs ${here('fake-pulumi.ts')} "$@"\n`;
    for (const name of ['pulumi', 'pulumi-language-nodejs']) {
      await writeFile(join(bin, name), program);
      await chmod(join(bin, name), 0o755);
    }
    await writeFile(join(stacks, 'production.json'), JSON.stringify({ outputs: this.outputs }));
    await symlink(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    await writeFile(join(this.folder, 'Pulumi.yaml'), 'name: shop\nruntime: nodejs\n');
    const configuration = {
      ...writtenConfiguration('production'),
      endpoint: this.proxy.url,
      backend: `file://${join(this.folder, 'state')}`,
      secretsProvider: 'passphrase',
      store: join(this.folder, 'store'),
      services,
      secretEntries: { 'secret-key': { kind: 'given', minimumLength: 50 } },
      secrets: {
        SECRET_KEY: { reference: 'secret-key', version: 'current' },
        ...(this.database === undefined ? {} : { DATABASE: { reference: 'database', version: 'current' } }),
      },
      rules: {
        weights,
        hold: '1m',
        bake: '1m',
        minimumRequests: 300,
        convergeWithin: '10m',
        deadMansSwitch: '10m',
        database,
      },
    };
    // JSON is YAML.
    await writeFile(
      join(this.folder, 'Pulumi.production.yaml'),
      JSON.stringify({ config: { 'crossfade:environment': configuration } }),
    );
  }
}

/** The calls by which an environment's program would make what a run needs. */
class AwsMaker {
  readonly #url: string;
  readonly #client: { region: string; endpoint: string };

  constructor(url: string) {
    this.#url = url;
    this.#client = { region, endpoint: url };
  }

  async environment(parts: {
    cluster: string;
    balancer: MotoBalancer;
    url: string;
    endpoint: string;
  }): Promise<AwsOutputs> {
    const { cluster, balancer, url, endpoint } = parts;
    const made = await new ECSClient(this.#client).send(new CreateClusterCommand({ clusterName: cluster }));
    await new SchedulerClient(this.#client).send(new CreateScheduleGroupCommand({ Name: 'dead-mans-switch' }));
    const secret = await new SecretsManagerClient(this.#client).send(
      new CreateSecretCommand({ Name: 'secret-key', SecretString: 'x'.repeat(64) }),
    );
    const base = awsOutputs();
    const routes = balancer.routes.flatMap((route) => {
      const known = base.routes[route.service];
      return known
        ? [[route.service, { ...known, ruleArn: route.ruleArn, targetGroups: route.targetGroups }] as const]
        : [];
    });
    return {
      ...base,
      services: parse(servicesSchema, services, 'services'),
      endpoint,
      cluster: { arn: made.cluster?.clusterArn ?? '', name: cluster },
      balancer: {
        ...base.balancer,
        arn: balancer.arn,
        listenerArn: balancer.listenerArn,
        url,
        testUrl: url,
        metricDimension: balancer.metricDimension,
        maintenanceRuleArn: balancer.maintenanceRuleArn,
      },
      routes: Object.fromEntries(routes),
      database: null,
      secrets: { 'secret-key': secret.ARN ?? '' },
      deadMansSwitch: {
        functionArn: `arn:aws:lambda:${region}:222222222222:function:dead-mans-switch`,
        scheduleGroup: 'dead-mans-switch',
        scheduleRoleArn: 'arn:aws:iam::222222222222:role/schedule',
      },
    };
  }

  image(repositoryName: string, tag: string): Promise<string> {
    return pushImage(this.#client, repositoryName, tag);
  }

  async versions(cluster: string, routed: readonly string[]): Promise<Record<string, string>> {
    const names = routed.flatMap((service) => [`${service}-blue`, `${service}-green`]);
    const found = await this.#ecs('DescribeServices', { cluster, services: names });
    const versions: Record<string, string> = {};
    for (const service of found['services'] as { serviceName: string; taskDefinition: string; status: string }[]) {
      if (service.status !== 'ACTIVE') continue;
      const described = await this.#ecs('DescribeTaskDefinition', { taskDefinition: service.taskDefinition });
      const { containerDefinitions } = described['taskDefinition'] as {
        containerDefinitions: { environment: { name: string; value: string }[] }[];
      };
      const version = containerDefinitions[0]?.environment.find(({ name }) => name === 'CROSSFADE_VERSION')?.value;
      versions[service.serviceName] = version ?? '';
    }
    return versions;
  }

  async #ecs(action: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
        authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${region}/ecs/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  }
}
