import { PlatformError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import type {
  EcsApi,
  EcsService,
  EcsTask,
  OneOffTask,
  ScalingApi,
  TaskDefinition,
} from '../../platforms/aws/ecs-api.js';
import { TransientError } from '../../platforms/aws/transient-error.js';
import type { Clock } from '../../pipeline/ports/clock.js';

interface Kept {
  readonly service: { -readonly [Key in keyof EcsService]: EcsService[Key] };
  image: string;
  health: EcsTask['health'];
  /** Tasks come and go so many milliseconds after they were asked for. */
  changed: number;
  /** Since when its tasks are replaced by others; undefined: they aren't. */
  replacing: number | undefined;
  generation: number;
}

const oneOffArn = (index: number): string => `arn:aws:ecs:::task/shop/one-off-${index}`;

/** Keeps services and tasks as ECS does: what is asked for becomes true later, or not at all. */
export class FakeEcs implements EcsApi, ScalingApi {
  readonly clock: Clock;
  /** Milliseconds until a new number of tasks runs. */
  takes = 10_000;
  /** Services whose tasks never stop. */
  readonly stubborn = new Set<string>();
  readonly scaleIn = new Map<string, boolean>();
  readonly calls: string[] = [];
  readonly oneOffs: { task: OneOffTask; token: string }[] = [];
  readonly registered: TaskDefinition[] = [];
  /** One-off tasks of others that have not ended. */
  foreign: { readonly family: string; readonly arn: string; readonly startedBy: string }[] = [];
  /** Undefined: it ended without any. */
  oneOffExit: number | undefined = 0;
  /** Milliseconds until a one-off ends, on the clock. */
  oneOffTakes = 0;
  #oneOffBegan = 0;
  /** Of tasks that run until somebody stops them, by family, where they are; others end by themselves. */
  stays: (family: string) => string | undefined = () => undefined;
  /** Tasks that were asked to stop. */
  readonly stopped: string[] = [];
  throttled = 0;
  scalingDenied = false;
  stoppedBecause: string | undefined;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  put(name: string, image: string, desired: number): void {
    const taskDefinition = `arn:aws:ecs:::task-definition/${name}:${image.slice(-6)}`;
    const service = {
      name,
      arn: `arn:aws:ecs:::service/shop/${name}`,
      desired,
      running: desired,
      taskDefinition,
      deployments: [{ primary: true, taskDefinition, state: 'COMPLETED' as const, because: '' }],
    };
    this.#kept.set(name, {
      service,
      image,
      health: 'UNKNOWN',
      changed: Number.NEGATIVE_INFINITY,
      replacing: undefined,
      generation: 0,
    });
  }

  remove(name: string): void {
    this.#kept.delete(name);
  }

  /** ECS gives a deployment up, and keeps or puts back what ran before. */
  giveUp(name: string, because: string): void {
    const { service } = this.#of(name);
    service.deployments = [{ primary: true, taskDefinition: service.taskDefinition, state: 'FAILED', because }];
  }

  setImage(name: string, image: string): void {
    this.#of(name).image = image;
  }

  setHealth(name: string, health: EcsTask['health']): void {
    this.#of(name).health = health;
  }

  services: EcsApi['services'] = async (names) => {
    await this.#arrive('DescribeServices');
    return names.flatMap((name) => {
      const kept = this.#kept.get(name);
      if (!kept) return [];
      this.#settle(kept);
      return [{ ...kept.service }];
    });
  };

  tasksOf: EcsApi['tasksOf'] = async (name) => {
    await this.#arrive('ListTasks');
    const kept = this.#of(name);
    this.#settle(kept);
    return Array.from({ length: kept.service.running }, (_, index) => this.#taskOf(name, kept, index));
  };

  task: EcsApi['task'] = async (arn) => {
    await this.#arrive('DescribeTasks');
    const [, index] = /one-off-(\d+)$/.exec(arn) ?? [];
    if (index === undefined) return undefined;
    const base = this.#taskOf('one-off', undefined, Number(index));
    const address = this.stays(this.#familyOf(Number(index)));
    if (address !== undefined && !this.stopped.includes(arn) && this.stoppedBecause === undefined)
      return { ...base, arn, address };
    if (this.clock.monotonic() - this.#oneOffBegan < this.oneOffTakes) return { ...base, arn };
    return { ...base, arn, status: 'STOPPED', exitCode: this.oneOffExit, stoppedBecause: this.stoppedBecause };
  };

  stoppedTasksOf: EcsApi['stoppedTasksOf'] = async (name) => {
    await this.#arrive('ListTasks');
    if (this.stoppedBecause === undefined) return [];
    return [{ ...this.#taskOf(name, this.#kept.get(name), 0), status: 'STOPPED', stoppedBecause: this.stoppedBecause }];
  };

  register: EcsApi['register'] = async (definition) => {
    await this.#arrive('RegisterTaskDefinition');
    this.registered.push(definition);
    return `arn:aws:ecs:::task-definition/${definition.family}:${this.registered.length}`;
  };

  runningOf: EcsApi['runningOf'] = async (family) => {
    await this.#arrive('ListTasks');
    const own = this.oneOffs.flatMap(({ task: { startedBy } }, index) => {
      const arn = oneOffArn(index);
      const runs = this.#familyOf(index) === family && this.stays(family) !== undefined && !this.stopped.includes(arn);
      return runs ? [{ family, arn, startedBy }] : [];
    });
    return [...this.foreign.filter((task) => task.family === family && !this.stopped.includes(task.arn)), ...own];
  };

  redeploy: EcsApi['redeploy'] = async (name) => {
    await this.#arrive(`UpdateService ${name} anew`);
    const kept = this.#of(name);
    this.#settle(kept);
    kept.replacing = this.clock.monotonic();
    kept.service.deployments = [{ ...kept.service.deployments[0]!, state: 'IN_PROGRESS' }];
  };

  setDesired: EcsApi['setDesired'] = async (name, count) => {
    await this.#arrive(`UpdateService ${name} ${count}`);
    const kept = this.#of(name);
    this.#settle(kept);
    if (kept.service.desired === count) return;
    kept.service.desired = count;
    kept.changed = this.clock.monotonic();
  };

  run: EcsApi['run'] = async (task, token) => {
    await this.#arrive('RunTask');
    const again = this.oneOffs.findIndex((started) => started.token === token);
    if (again < 0) {
      this.oneOffs.push({ task, token });
      this.#oneOffBegan = this.clock.monotonic();
    }
    return oneOffArn(again < 0 ? this.oneOffs.length - 1 : again);
  };

  stop: EcsApi['stop'] = async (task) => {
    await this.#arrive('StopTask');
    this.stopped.push(task);
  };

  allowScaleIn: ScalingApi['allowScaleIn'] = (service, allowed) => {
    if (this.scalingDenied) return Promise.reject(new PlatformError('RegisterScalableTarget: AccessDenied'));
    this.scaleIn.set(service, allowed);
    return Promise.resolve();
  };

  async #arrive(call: string): Promise<void> {
    this.calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.throttled === 0) return;
    this.throttled -= 1;
    throw new TransientError(`${call}: Throttling`);
  }

  #familyOf(oneOff: number): string {
    return this.oneOffs[oneOff]?.task.taskDefinition.split('/').at(-1)?.split(':')[0] ?? '';
  }

  #of(name: string): Kept {
    const kept = this.#kept.get(name);
    if (!kept) throw new Error(`ECS has no service ${name}`);
    return kept;
  }

  #settle(kept: Kept): void {
    const { service, changed, replacing } = kept;
    if (
      replacing !== undefined &&
      this.clock.monotonic() - replacing >= this.takes &&
      !this.stubborn.has(service.name)
    ) {
      kept.generation += 1;
      kept.replacing = undefined;
      service.deployments = [{ ...service.deployments[0]!, state: 'COMPLETED' }];
    }
    if (service.desired < service.running && this.stubborn.has(service.name)) return;
    if (this.clock.monotonic() - changed >= this.takes) service.running = service.desired;
  }

  #taskOf(name: string, kept: Kept | undefined, index: number): EcsTask {
    return {
      arn: `arn:aws:ecs:::task/shop/${name}-${kept?.generation ? `${kept.generation}.` : ''}${index}`,
      status: 'RUNNING',
      taskDefinition: kept?.service.taskDefinition ?? '',
      image: kept?.image ?? '',
      imageDigest: digestOf('one architecture of it'),
      health: kept?.health ?? 'UNKNOWN',
      address: '10.0.0.10',
      exitCode: undefined,
      stoppedBecause: undefined,
    };
  }
}
