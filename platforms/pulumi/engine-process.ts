import { execa } from 'execa';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Work } from '../../pipeline/ports/work.js';
import { findProcess } from '../local/host/processes/process-table.js';
import { readEngineOutput, type EngineOutput, type Lines } from './engine-output.js';
import { forgetEngine, killEngine, rememberEngine, type EngineRecord } from './leftover-engine.js';

const graceAfterInterrupt = 15_000;
const graceAfterSecond = 5_000;

export interface EngineProcessOptions {
  readonly pulumi: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stack: string;
  /** Where a record of the running engine is kept, so that a later run finds what a kill leaves. */
  readonly records: string;
  readonly work: Work;
}

/** What a command said, and how it ended. */
export type Ended<Said> = Said & {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
};

export type EngineEnd = Ended<EngineOutput>;

/** Runs one command of the engine that changes things, in a process group of its own, and reads its events. */
export function runEngineProcess(options: EngineProcessOptions): Promise<EngineEnd> {
  return runAndRead(options, readEngineOutput);
}

/** The same for any command: `read` reads both streams to their ends. */
export async function runAndRead<Said extends object>(
  options: EngineProcessOptions,
  read: (child: Lines, work: Work) => Promise<Said>,
): Promise<Ended<Said>> {
  const mark = randomUUID();
  const child = execa(options.pulumi, options.argv, {
    cwd: options.cwd,
    env: { ...options.env, CROSSFADE_ENGINE: mark },
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
  });
  const pid = child.pid;
  const record: EngineRecord | undefined = pid === undefined ? undefined : await recordOf(pid, mark, options.stack);
  if (record !== undefined) await rememberEngine(options.records, record);
  const interrupt = new AbortController();
  const stopped =
    record === undefined ? Promise.resolve() : stopWhenAsked(record, options.work.signal, interrupt.signal);
  const atExit = (): void => {
    if (pid !== undefined) interruptProcess(pid);
  };
  process.once('exit', atExit);
  let exitCode: number | undefined;
  try {
    const output = await read(child, options.work);
    ({ exitCode } = await child);
    return { ...output, exitCode };
  } finally {
    process.removeListener('exit', atExit);
    interrupt.abort();
    await stopped;
    if (record !== undefined) {
      // The program and the providers may outlive a CLI that was killed.
      await killEngine(record);
      // One that was killed leaves its lock: the record says that this lock was ours.
      if (exitCode !== undefined) await forgetEngine(options.records, record);
    }
  }
}

async function recordOf(pid: number, mark: string, stack: string): Promise<EngineRecord> {
  const [engine, ours] = await Promise.all([findProcess(pid), findProcess(process.pid)]);
  return {
    format: 1,
    stack,
    mark,
    pid,
    startTime: engine?.startTime ?? 'ended',
    parent: { pid: process.pid, startTime: ours?.startTime ?? '' },
    startedAt: new Date().toISOString(),
  };
}

/** Asks twice, as people do with Ctrl-C: once to finish what has begun, once to give up; then ends it. */
async function stopWhenAsked(record: EngineRecord, asked: AbortSignal, ended: AbortSignal): Promise<void> {
  await aborted(AbortSignal.any([asked, ended]));
  const wait = (duration: number): Promise<void> => pause(duration, undefined, { signal: ended });
  try {
    ended.throwIfAborted();
    interruptProcess(record.pid);
    await wait(graceAfterInterrupt);
    interruptProcess(record.pid);
    await wait(graceAfterSecond);
    await killEngine(record);
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function interruptProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended by itself.
  }
}
