import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instancesElsewhere, type Elsewhere } from './instances-elsewhere.js';
import type { RunTasks, RunningTask } from './running-tasks.js';

type Json = Record<string, unknown>;

/** A target group of a service in a slot, such as api-blue, by minutes since 1970. */
type Counts = Map<string, Map<number, { requests: number; errors: number }>>;

export interface AwsWorldOptions {
  readonly moto: string;
  readonly cluster: string;
  /** Milliseconds since 1970, on the clock that the command line has. */
  readonly now: () => number;
}

/**
 * What moto lacks, in front of it: tasks that run as soon as they are asked for, a load balancer's counters, and
 * databases behind instances. All else goes on to moto.
 */
export class AwsWorld {
  /** Fails so much of the users' requests to a service of a slot, such as web-green. */
  readonly errorShare = new Map<string, number>();
  /** Services that ECS has given up on. */
  readonly givenUp = new Map<string, string>();
  /** One-off tasks, newest last, as RunTask asked for them. */
  readonly oneOffs: Json[] = [];
  /** Percent of a route's traffic by target group, such as api-green, as the rules were written last. */
  readonly shares = new Map<string, number>();
  /** How often all tasks of a service, such as api-green, were replaced by others. */
  readonly generations = new Map<string, number>();
  /** Where instances of RDS really answer. */
  instances: (identifier: string) => Elsewhere | undefined = () => undefined;
  /** What a one-off ends with. */
  oneOffExit: number | undefined = 0;
  /** Really runs what a task is defined as, where it is asked to. */
  runs: RunTasks | undefined;
  url = '';
  readonly #options: AwsWorldOptions;
  readonly #counts: Counts = new Map();
  /** Those that run until they are stopped, by their number among the one-offs. */
  readonly #running = new Map<number, RunningTask>();
  readonly #server = createServer((incoming, outgoing) => {
    this.#handle(incoming, outgoing).catch(() => outgoing.destroy());
  });

  constructor(options: AwsWorldOptions) {
    this.#options = options;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    for (const task of this.#running.values()) await task.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Families of tasks that run until they are stopped. */
  running(): readonly string[] {
    return [...this.#running.values()].map(({ family }) => family);
  }

  /** Users' requests that the balancer gave to a target group, such as api-blue. */
  count(group: string, requests: number, at = this.#options.now()): void {
    const minute = Math.floor(at / 60_000);
    const minutes = this.#counts.get(group) ?? new Map<number, { requests: number; errors: number }>();
    const before = minutes.get(minute) ?? { requests: 0, errors: 0 };
    const errors = before.errors + requests * (this.errorShare.get(group) ?? 0);
    this.#counts.set(group, minutes.set(minute, { requests: before.requests + requests, errors }));
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const target = String(incoming.headers['x-amz-target'] ?? '');
    if (target.includes('ContainerService')) {
      const answer = await this.#ecs(target.split('.').at(-1) ?? '', JSON.parse(body.toString()) as Json);
      if (answer)
        return void outgoing
          .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
          .end(JSON.stringify(answer));
    }
    if (target.endsWith('.GetMetricData')) {
      const answer = this.#metrics(JSON.parse(body.toString()) as Json);
      outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
      return;
    }
    const words = new URLSearchParams(target === '' ? body.toString() : '');
    switch (words.get('Action') ?? '') {
      case 'DescribeDBInstances': {
        const answer = await this.#whole(incoming, body);
        outgoing
          .writeHead(answer.status, { 'content-type': 'text/xml' })
          .end(instancesElsewhere(answer.text, this.instances));
        return;
      }
      case 'ModifyRule': {
        const answer = await this.#whole(incoming, body);
        if (answer.status === 200) this.#noteShares(words);
        outgoing.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.text);
        return;
      }
    }
    await this.#forward(incoming, body, outgoing);
  }

  /** Undefined: moto's to answer. */
  async #ecs(action: string, asked: Json): Promise<Json | undefined> {
    switch (action) {
      case 'DescribeServices':
        return this.#services(asked);
      case 'UpdateService':
        if (asked['forceNewDeployment'] === true) {
          const name = String(asked['service']);
          this.generations.set(name, (this.generations.get(name) ?? 0) + 1);
        }
        return undefined;
      case 'ListTasks':
        return this.#listTasks(asked);
      case 'DescribeTasks': {
        const tasks = await Promise.all((asked['tasks'] as string[]).map((arn) => this.#task(arn)));
        return { tasks: tasks.filter((task) => task !== undefined), failures: [] };
      }
      case 'RunTask': {
        const again = this.oneOffs.findIndex((task) => task['clientToken'] === asked['clientToken']);
        if (again < 0) {
          this.oneOffs.push(asked);
          const running = await this.runs?.(await this.#definitionOf(asked));
          if (running) this.#running.set(this.oneOffs.length - 1, running);
        }
        return {
          tasks: [{ taskArn: this.#arn(`one-off-${again < 0 ? this.oneOffs.length - 1 : again}`) }],
          failures: [],
        };
      }
      case 'StopTask': {
        const number = Number(/one-off-(\d+)$/.exec(String(asked['task']))?.[1]);
        await this.#running.get(number)?.stop();
        this.#running.delete(number);
        return {};
      }
      default:
        return undefined;
    }
  }

  async #services(asked: Json): Promise<Json> {
    const found = await this.#moto('DescribeServices', { ...asked, cluster: this.#options.cluster });
    for (const service of found['services'] as Json[]) {
      const gone = this.givenUp.get(String(service['serviceName']));
      service['runningCount'] = service['desiredCount'];
      service['deployments'] = [
        {
          status: 'PRIMARY',
          taskDefinition: service['taskDefinition'],
          rolloutState: gone === undefined ? 'COMPLETED' : 'FAILED',
          rolloutStateReason: gone ?? '',
        },
      ];
    }
    return found;
  }

  async #listTasks(asked: Json): Promise<Json> {
    if (asked['desiredStatus'] === 'STOPPED') return { taskArns: [] };
    if (asked['family'] !== undefined) {
      const of = [...this.#running].filter(([, { family }]) => family === asked['family']);
      return { taskArns: of.map(([number]) => this.#arn(`one-off-${number}`)) };
    }
    const name = String(asked['serviceName']);
    const found = await this.#moto('DescribeServices', { cluster: this.#options.cluster, services: [name] });
    const [service] = found['services'] as Json[];
    const count = Number(service?.['desiredCount'] ?? 0);
    const generation = this.generations.get(name) ?? 0;
    return { taskArns: Array.from({ length: count }, (_, index) => this.#arn(`${name}.${generation}.${index}`)) };
  }

  async #task(arn: string): Promise<Json | undefined> {
    const id = arn.split('/').at(-1) ?? '';
    const oneOff = /^one-off-(\d+)$/.exec(id);
    const running = this.#running.get(Number(oneOff?.[1] ?? Number.NaN));
    if (running) {
      const details = [{ name: 'privateIPv4Address', value: running.address }];
      const { startedBy } = this.oneOffs[Number(oneOff?.[1])] ?? {};
      return {
        taskArn: arn,
        lastStatus: 'RUNNING',
        startedBy,
        attachments: [{ details }],
        containers: [{ image: '' }],
      };
    }
    if (oneOff) {
      const ended = this.oneOffExit;
      const state =
        ended === undefined
          ? { lastStatus: 'RUNNING' }
          : { lastStatus: 'STOPPED', stoppedReason: 'Essential container in task exited' };
      return {
        taskArn: arn,
        ...state,
        containers: [{ image: '', ...(ended === undefined ? {} : { exitCode: ended }) }],
      };
    }
    const found = await this.#moto('DescribeServices', {
      cluster: this.#options.cluster,
      services: [id.split('.')[0]],
    });
    const [service] = found['services'] as Json[];
    if (!service) return undefined;
    const { taskDefinition: name } = service;
    const described = await this.#moto('DescribeTaskDefinition', { taskDefinition: name });
    const definition = described['taskDefinition'] as { containerDefinitions: { image: string }[] };
    const image = definition.containerDefinitions[0]?.image ?? '';
    return {
      taskArn: arn,
      taskDefinitionArn: name,
      lastStatus: 'RUNNING',
      healthStatus: 'UNKNOWN',
      containers: [{ image }],
    };
  }

  async #definitionOf({ taskDefinition }: Json): Promise<Json> {
    const described = await this.#moto('DescribeTaskDefinition', { taskDefinition });
    return described['taskDefinition'] as Json;
  }

  #arn(id: string): string {
    return `arn:aws:ecs:eu-central-1:222222222222:task/${this.#options.cluster}/${id}`;
  }

  async #moto(action: string, body: Json): Promise<Json> {
    const answer = await fetch(this.#options.moto, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/ecs/aws4_request, SignedHeaders=host, Signature=none',
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Json;
  }

  /** Whole minutes, a minute late, and none without requests: as CloudWatch has them of a load balancer. */
  #metrics(asked: Json): Json {
    const from = Number(asked['StartTime']) * 1_000;
    const to = Math.min(Number(asked['EndTime']) * 1_000, this.#options.now() - 30_000);
    const results = (asked['MetricDataQueries'] as Json[]).map((query) => {
      const { Metric, Stat } = query['MetricStat'] as { Metric: Json; Stat: string };
      const dimensions = Metric['Dimensions'] as { Name: string; Value: string }[];
      const group = dimensions.find(({ Name }) => Name === 'TargetGroup')?.Value.split('/')[1];
      const minutes = [...(this.#counts.get(group ?? '') ?? [])]
        .map(([minute, count]) => ({ at: minute * 60_000, value: valueOf(String(Metric['MetricName']), Stat, count) }))
        .filter(({ at, value }) => at >= from && at + 60_000 <= to && value > 0);
      return {
        Id: query['Id'],
        Timestamps: minutes.map(({ at }) => at / 1_000),
        Values: minutes.map(({ value }) => value),
        StatusCode: 'Complete',
      };
    });
    return { MetricDataResults: results, Messages: [] };
  }

  #noteShares(words: URLSearchParams): void {
    const targets: (readonly [group: string, weight: number])[] = [];
    for (let member = 1; ; member += 1) {
      const at = `Actions.member.1.ForwardConfig.TargetGroups.member.${member}`;
      const arn = words.get(`${at}.TargetGroupArn`);
      if (arn === null) break;
      targets.push([arn.split('/')[1] ?? '', Number(words.get(`${at}.Weight`))]);
    }
    const sum = targets.reduce((total, [, weight]) => total + weight, 0);
    for (const [group, weight] of targets) this.shares.set(group, (100 * weight) / sum);
  }

  async #whole(
    { method = 'POST', url = '', headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; text: string }> {
    const { host: _host, 'content-length': _length, connection: _connection, ...sent } = headers;
    const asked = { method, headers: sent as Record<string, string>, body: new Uint8Array(body) };
    const answer = await fetch(`${this.#options.moto}${url}`, asked);
    return { status: answer.status, text: await answer.text() };
  }

  async #forward({ method, url, headers }: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const call = request(`${this.#options.moto}${url ?? ''}`, { method, headers }, (answer) => {
        answer.once('end', resolve);
        answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers));
      });
      call.once('error', reject);
      call.end(body);
    });
  }
}

/** Every request takes 40 ms, a failed one too. */
function valueOf(
  metric: string,
  statistic: string,
  { requests, errors }: { requests: number; errors: number },
): number {
  switch (metric) {
    case 'RequestCount':
      return Math.round(requests);
    case 'HTTPCode_Target_5XX_Count':
      return Math.round(errors);
    case 'HTTPCode_Target_2XX_Count':
      return Math.round(requests) - Math.round(errors);
    case 'TargetResponseTime':
      return statistic === 'TC(0.03:0.05)' ? Math.round(requests) : 0;
    default:
      return 0;
  }
}
