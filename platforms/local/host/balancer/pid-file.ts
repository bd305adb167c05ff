import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../atomic-file.js';
import { findProcess } from '../processes/process-table.js';
import type { RunningProcess } from '../processes/process-table.js';

const pidFileSchema = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

/** Remembers the balancer's process, for the day on which its socket no longer answers. */
export async function writePidFile(directory: string, pid: number): Promise<void> {
  const running = await findProcess(pid);
  if (running !== undefined) await writeJsonFile(pidFile(directory), { pid, startTime: running.startTime });
}

/** The process that the file names, when it still runs: a later one with the same pid is not it. */
export async function processOfPidFile(directory: string): Promise<RunningProcess | undefined> {
  const remembered = await readJsonFile(pidFile(directory), pidFileSchema).catch(() => undefined);
  if (remembered === undefined) return undefined;
  const running = await findProcess(remembered.pid);
  return running?.startTime === remembered.startTime ? running : undefined;
}

export function pidFile(directory: string): string {
  return join(directory, 'balancer.pid.json');
}
