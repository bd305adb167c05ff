import { execa } from 'execa';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Work } from '../../pipeline/ports.js';
import { findProcess } from '../local/host/processes/process-table.js';
import { describeEngineEvent, readEngineEvent, type EngineEvent } from './event.js';
import { forgetEngine, killEngine, rememberEngine, type EngineRecord } from './leftover-engine.js';

const graceAfterInterrupt = 15_000;
const graceAfterSecond = 5_000;
const keptOfErrors = 8_192;

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

export interface EngineEnd {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  readonly errors: readonly string[];
  readonly events: {
    readonly outputs: Readonly<Record<string, unknown>> | undefined;
    readonly changes: Readonly<Record<string, number>>;
  };
}

/** Runs one command of the engine that changes things, in a process group of its own, and reads its events. */
export async function runEngineProcess(options: EngineProcessOptions): Promise<EngineEnd> {
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
    if (pid !== undefined) signal(pid, 'SIGINT');
  };
  process.once('exit', atExit);
  let exitCode: number | undefined;
  try {
    const [summary, errorText] = await Promise.all([readEvents(child, options.work), lastOf(child)]);
    ({ exitCode } = await child);
    const errors = summary.errors.length > 0 ? summary.errors : errorText === '' ? [] : [errorText];
    return { exitCode, errors, events: summary };
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
  const steps = [
    () => Promise.resolve(signal(record.pid, 'SIGINT')),
    () => pause(graceAfterInterrupt, undefined, { signal: ended }),
    () => Promise.resolve(signal(record.pid, 'SIGINT')),
    () => pause(graceAfterSecond, undefined, { signal: ended }),
    () => killEngine(record),
  ];
  for (const step of steps) {
    if (ended.aborted) return;
    await step().catch(() => undefined);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function signal(pid: number, name: 'SIGINT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

interface Lines {
  iterable(options: { from: 'stdout' | 'stderr' }): AsyncIterable<unknown>;
}

async function readEvents(child: Lines, work: Work) {
  const errors: string[] = [];
  let outputs: Readonly<Record<string, unknown>> | undefined;
  let changes: Readonly<Record<string, number>> = {};
  for await (const line of child.iterable({ from: 'stdout' })) {
    const event = readEngineEvent(String(line));
    if (event === undefined) continue;
    const said = describeEngineEvent(event);
    if (said !== undefined) work.say(said);
    const error = errorOf(event);
    if (error !== undefined && error !== 'update failed' && !errors.includes(error)) errors.push(error);
    outputs = stackOutputsOf(event) ?? outputs;
    changes = event.summaryEvent?.resourceChanges ?? changes;
  }
  return { errors, outputs, changes };
}

function errorOf({ diagnosticEvent }: EngineEvent): string | undefined {
  if (diagnosticEvent?.severity !== 'error') return undefined;
  return diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, '').trim();
}

function stackOutputsOf({ resOutputsEvent }: EngineEvent): Readonly<Record<string, unknown>> | undefined {
  const metadata = resOutputsEvent?.metadata;
  return metadata?.type === 'pulumi:pulumi:Stack' ? (metadata.new?.outputs ?? undefined) : undefined;
}

async function lastOf(child: Lines): Promise<string> {
  let text = '';
  for await (const line of child.iterable({ from: 'stderr' })) text = `${text}${String(line)}\n`.slice(-keptOfErrors);
  return text.trim();
}
