import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findProcess } from '../local/host/processes/process-table.js';

const lockSchema = z.object({ pid: z.int(), username: z.string(), hostname: z.string(), timestamp: z.string() });

export type StackLock = z.infer<typeof lockSchema>;

/** Who has locked the stack, as a `file://` backend records it; other backends keep their locks to themselves. */
export async function readStackLocks(folder: string, project: string, stack: string): Promise<StackLock[]> {
  const place = join(folder, '.pulumi', 'locks', 'organization', project, stack);
  const locks: StackLock[] = [];
  const names = await readdir(place).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const text = await readFile(join(place, name), 'utf8').catch(() => undefined);
    if (text !== undefined) locks.push(readLock(text));
  }
  return locks;
}

/** The process that took the lock is proven gone: it is of this machine and runs no more. */
export async function isAbandoned(lock: StackLock, ended: readonly number[]): Promise<boolean> {
  if (lock.hostname !== hostname()) return false;
  return ended.includes(lock.pid) && (await findProcess(lock.pid)) === undefined;
}

export function describeLock({ pid, username, hostname: host, timestamp }: StackLock): string {
  return `process ${pid} of ${username}@${host} since ${timestamp}`;
}

function readLock(text: string): StackLock {
  const unreadable = { pid: 0, username: 'somebody', hostname: 'unknown', timestamp: 'an unknown time' };
  try {
    return lockSchema.safeParse(JSON.parse(text)).data ?? unreadable;
  } catch {
    return unreadable;
  }
}
