import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { EngineError } from '../../contract/errors.js';
import { writeJsonFile } from '../local/atomic-file.js';
import {
  findProcess,
  listProcesses,
  readEnvironment,
  type RunningProcess,
} from '../local/host/processes/process-table.js';

const engineProcess = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

const engineRecordSchema = engineProcess.extend({
  format: z.literal(1),
  stack: z.string(),
  /** In the environment of the engine and of all that it starts. */
  mark: z.string(),
  parent: engineProcess,
  startedAt: z.string(),
});

export type EngineRecord = z.infer<typeof engineRecordSchema>;

export async function rememberEngine(folder: string, record: EngineRecord): Promise<void> {
  await writeJsonFile(recordFile(folder, record), record);
}

export async function forgetEngine(folder: string, record: EngineRecord): Promise<void> {
  await rm(recordFile(folder, record), { force: true });
}

/**
 * Ends engines of this stack whose caller was killed, with their programs and providers, and gives their pids: what they
 * had locked is nobody's now. Throws EngineError while the caller of one still runs.
 */
export async function endLeftovers(folder: string, stack: string): Promise<readonly number[]> {
  const ended: number[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const record = await readRecord(join(folder, name));
    if (record?.stack !== stack) continue;
    if ((await isSame(record.parent)) && record.parent.pid !== process.pid) {
      throw new EngineError(`process ${record.parent.pid} works on stack ${stack} since ${record.startedAt}`, {
        hint: 'wait for it, or end it',
      });
    }
    await killEngine(record);
    await forgetEngine(folder, record);
    ended.push(record.pid);
  }
  return ended;
}

/** SIGKILL to the engine and to all that it started; resolves when none of it runs. */
export async function killEngine(record: EngineRecord): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const left = await processesOf(record);
    if (left.length === 0) return;
    for (const { pid } of left) killIfThere(pid);
    await pause(50);
  }
  throw new EngineError(`engine ${record.pid} of stack ${record.stack} can't be stopped`);
}

async function processesOf(record: EngineRecord): Promise<RunningProcess[]> {
  const all = await listProcesses();
  const marked = await Promise.all(
    all.map(async ({ pid, group, startTime }) => {
      if (pid === record.pid) return startTime === record.startTime;
      if (group === record.pid) return true;
      return (await readEnvironment(pid))?.get('CROSSFADE_ENGINE') === record.mark;
    }),
  );
  return all.filter((_, index) => marked[index]);
}

async function isSame(known: { readonly pid: number; readonly startTime: string }): Promise<boolean> {
  return (await findProcess(known.pid))?.startTime === known.startTime;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between our look and our signal.
  }
}

async function readRecord(file: string): Promise<EngineRecord | undefined> {
  try {
    return engineRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function recordFile(folder: string, { mark }: EngineRecord): string {
  return join(folder, `${mark}.json`);
}
