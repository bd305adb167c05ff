import { PlatformError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { EcsApi, EcsTask, TaskDefinition } from './ecs-api.js';
import { persist } from './persist.js';
import { streamOf, taskIdOf, TaskLog, type LogsApi } from './task-log.js';

export interface OneOffParts {
  readonly ecs: EcsApi;
  readonly logs: LogsApi;
  readonly clock: Clock;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

export interface OneOff {
  /** Tasks of one family never run beside each other. */
  readonly definition: TaskDefinition;
  /** The same again is the same task: a run that is resumed finds what it had begun. */
  readonly token: string;
  readonly within: number;
}

const patience = 120_000;
const lookEvery = 3_000;

/**
 * Runs a command once in a task of its own, its logs among the run's lines. Throws PlatformError when it ends with
 * another code than 0, is stopped by somebody, can't be started, or takes longer than it may: then it is stopped.
 */
export async function runOneOff(parts: OneOffParts, oneOff: OneOff, work: Work): Promise<JsonObject> {
  const { ecs, clock } = parts;
  const { family } = oneOff.definition;
  const persistently = <Value>(call: () => Promise<Value>, signal?: AbortSignal) =>
    persist(call, { clock, within: patience, signal });
  const began = clock.monotonic();
  const other = await persistently(() => ecs.runningOf(family, work.signal), work.signal);
  const arn = other.find((task) => task.startedBy === startedBy(oneOff))?.arn ?? (await start());

  async function start(): Promise<string> {
    const [running] = other;
    if (running) {
      throw new PlatformError(`task ${running.arn} of ${family} still runs, started by ${running.startedBy}`, {
        hint: 'two at once would get in each other’s way: wait for it, or stop it by `aws ecs stop-task`',
      });
    }
    const taskDefinition = await persistently(() => ecs.register(oneOff.definition, work.signal), work.signal);
    const { subnetIds, securityGroupId } = parts;
    const task = { taskDefinition, subnetIds, securityGroupId, startedBy: startedBy(oneOff) };
    return persistently(() => ecs.run(task, oneOff.token, work.signal), work.signal);
  }

  const said = new TaskLog(parts.logs, oneOff.definition, arn, work);
  try {
    const ended = await untilStopped();
    await said.finish(clock);
    return evidence(ended);
  } catch (error) {
    if (work.signal.aborted) await stop('the run was turned');
    throw error;
  }

  async function untilStopped(): Promise<EcsTask> {
    for (;;) {
      const task = await persistently(() => ecs.task(arn, work.signal), work.signal);
      await said.more();
      if (task?.status === 'STOPPED') return task;
      if (clock.monotonic() - began > oneOff.within) {
        await stop(`it took longer than ${Math.round(oneOff.within / 1_000)} s`);
        const seconds = Math.round(oneOff.within / 1_000);
        throw new PlatformError(`task ${taskIdOf(arn)} did not end within ${seconds} s and was stopped${said.tail()}`);
      }
      await clock.sleep(lookEvery, work.signal);
    }
  }

  function stop(because: string): Promise<void> {
    return persistently(() => ecs.stop(arn, because)).catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error;
      work.say(`task ${taskIdOf(arn)} could not be stopped: ${error.message}`);
    });
  }

  function evidence(task: EcsTask): JsonObject {
    if (task.exitCode === 0)
      return { task: arn, seconds: Math.round((clock.monotonic() - began) / 1_000), exitCode: 0 };
    const how = task.exitCode === undefined ? 'never ran to its end' : `ended with code ${task.exitCode}`;
    throw new PlatformError(
      `task ${taskIdOf(arn)} ${how}: ${task.stoppedBecause ?? 'ECS does not say why'}${said.tail()}`,
      {
        hint: `all that it said: log group ${oneOff.definition.logGroup}, stream ${streamOf(oneOff.definition, arn)}`,
      },
    );
  }
}

/** AWS shows it, and takes 36 characters. */
function startedBy({ token }: OneOff): string {
  return token.slice(-36);
}
