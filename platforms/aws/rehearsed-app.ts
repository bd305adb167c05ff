import { randomUUID } from 'node:crypto';
import { rehearsalSlot } from '../../contract/aws-route.js';
import { PlatformError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { RehearsedApp } from '../../pipeline/ports/rehearsals.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { TaskDefinition } from './ecs-api.js';
import type { OneOffParts } from './one-off-task.js';
import { persist } from './persist.js';
import { probeBehind, type Door } from './probe.js';
import { rehearsedTask, type CopyLogin } from './rehearsed-task.js';
import type { TargetsApi } from './targets-api.js';
import { streamOf, taskIdOf, TaskLog } from './task-log.js';

export interface RehearsedAppParts {
  readonly outputs: AwsOutputs;
  /** Of the services that are to be started. */
  readonly routes: Readonly<Record<string, { readonly targetGroupArn: string }>>;
  readonly copy: CopyLogin;
  readonly tasks: OneOffParts;
  readonly targets: TargetsApi;
}

interface Started {
  readonly service: string;
  readonly definition: TaskDefinition;
  readonly arn: string;
  readonly log: TaskLog;
  address?: string;
}

const patience = 120_000;
const lookEvery = 3_000;
/** An image is pulled, and a service starts. */
const healthyWithin = 15 * 60_000;

/**
 * The routed services of an input, one task each, behind the rules of the test listener that are for rehearsals. One app
 * at a time: a group has one target. Throws PlatformError, with nothing left, when one of them never becomes healthy.
 */
export async function startRehearsedApp(
  parts: RehearsedAppParts,
  input: SlotInput,
  { identifier }: { readonly identifier: string },
  work: Work,
): Promise<RehearsedApp> {
  const { outputs, routes, copy, tasks, targets } = parts;
  const { ecs, clock } = tasks;
  const persistently = <Value>(call: () => Promise<Value>, signal?: AbortSignal) =>
    persist(call, { clock, within: patience, signal });
  const started: Started[] = [];
  const groupOf = (service: string): string => routes[service]?.targetGroupArn ?? '';
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopAll());

  async function stopAll(): Promise<void> {
    for (const { service, address, arn } of started) {
      if (address !== undefined) {
        await orSay(`${address} stays a target of ${groupOf(service)}`, () =>
          targets.deregister(groupOf(service), [address]),
        );
      }
      await orSay(`task ${taskIdOf(arn)} could not be stopped`, () => ecs.stop(arn, 'its rehearsal is over'));
    }
  }

  /** What can't be ended now is ended by the next sweep: the verdict is worth more. */
  async function orSay(what: string, call: () => Promise<void>): Promise<void> {
    await persistently(call).catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error;
      work.say(`${what}: ${error.message}`);
    });
  }

  async function start(service: string): Promise<void> {
    const definition = rehearsedTask(outputs, copy, service, input);
    const taskDefinition = await persistently(() => ecs.register(definition, work.signal), work.signal);
    const { subnetIds, securityGroupId } = tasks;
    // AWS shows the copy, in 36 characters.
    const task = { taskDefinition, subnetIds, securityGroupId, startedBy: identifier.slice(-36) };
    const token = randomUUID();
    // Not cut short by an interrupt: a task whose number nobody has heard of could not be stopped.
    const arn = await persistently(() => ecs.run(task, token));
    const log = new TaskLog(tasks.logs, definition, arn, { ...work, say: () => undefined });
    started.push({ service, definition, arn, log });
    work.say(`${service} ${input.release.version}: task ${taskIdOf(arn)}`);
  }

  async function untilHealthy(one: Started): Promise<void> {
    const end = clock.monotonic() + healthyWithin;
    let because = 'it does not run';
    for (;;) {
      const task = await persistently(() => ecs.task(one.arn, work.signal), work.signal);
      if (task === undefined || task.status === 'STOPPED') await failed(one, task?.stoppedBecause ?? 'it is gone');
      if (task?.status === 'RUNNING' && task.address !== undefined) {
        because = (await illBecause(one, task.address)) ?? '';
        if (because === '') return;
      }
      if (clock.monotonic() > end) await failed(one, `${because}, after ${healthyWithin / 60_000} minutes`);
      await clock.sleep(lookEvery, work.signal);
    }
  }

  /** Alone in its group, and called healthy there. */
  async function illBecause(one: Started, address: string): Promise<string | undefined> {
    const group = groupOf(one.service);
    if (one.address === undefined) {
      one.address = address;
      await persistently(() => targets.register(group, address, work.signal), work.signal);
    }
    const found = await persistently(() => targets.in(group, work.signal), work.signal);
    const others = found.filter((target) => target.address !== address && target.health !== 'draining');
    if (others.length > 0) {
      await persistently(() =>
        targets.deregister(
          group,
          others.map((other) => other.address),
        ),
      );
      return `its target group still has ${others.map((other) => other.address).join(', ')}`;
    }
    const own = found.find((target) => target.address === address);
    if (own?.health === 'healthy') return undefined;
    const why = own?.because === undefined ? '' : ` (${own.because})`;
    return `the balancer calls it ${own?.health ?? 'unknown'}${why}`;
  }

  async function failed(one: Started, because: string): Promise<never> {
    await one.log.finish(clock);
    const { service, definition, arn } = one;
    throw new PlatformError(
      `${service} ${input.release.version} does not become healthy on the copy: ${because}${one.log.tail()}`,
      { hint: `all that it said: log group ${definition.logGroup}, stream ${streamOf(definition, arn)}` },
    );
  }

  try {
    for (const service of routedIn(parts, input)) await start(service);
    for (const one of started) await untilHealthy(one);
  } catch (error) {
    await stop();
    throw error;
  }
  const door: Door = { url: outputs.balancer.testUrl, hostOf: (service) => outputs.routes[service]?.host ?? undefined };
  return {
    stop,
    probe: (request, signal) =>
      probeBehind(door, { slot: rehearsalSlot(request.service), where: 'the rehearsal' }, request, signal),
  };
}

/** Throws PlatformError for one that has no way to be asked: `up` makes it. */
function routedIn({ outputs, routes }: RehearsedAppParts, { release }: SlotInput): readonly string[] {
  const routed = Object.keys(release.artifacts).filter((service) => outputs.services[service]?.kind === 'routed');
  const lost = routed.filter((service) => !(service in routes));
  if (lost.length === 0) return routed;
  throw new PlatformError(`there is no way to ${lost.join(', ')} on a copy of the database`, {
    hint: `'pulumi up --stack ${outputs.environment}' makes it`,
  });
}
