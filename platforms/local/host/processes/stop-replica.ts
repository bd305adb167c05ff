import { setTimeout as pause } from 'node:timers/promises';
import { PlatformError } from '../../../../contract/errors.js';
import { carriesMarks, type Marks } from './marks.js';
import { findProcess, membersOfGroup } from './process-table.js';

const killedWithin = 5_000;

export interface ReplicaProcess extends Marks {
  readonly pid: number;
  readonly startTime: string;
}

/**
 * SIGTERM to the whole group, SIGKILL to what is left after `within` milliseconds. Resolves once nothing of it runs;
 * `killed` tells whether it had to be killed. Throws PlatformError when even that does not help.
 */
export async function stopReplica(replica: ReplicaProcess, within: number): Promise<{ readonly killed: boolean }> {
  if (!(await isOurGroup(replica))) return { killed: false };
  signalGroup(replica.pid, 'SIGTERM');
  if (await endsWithin(replica.pid, within)) return { killed: false };
  signalGroup(replica.pid, 'SIGKILL');
  if (await endsWithin(replica.pid, killedWithin)) return { killed: true };
  throw new PlatformError(`a process of ${replica.service} (group ${replica.pid}) can't be stopped`);
}

/** The leader may have gone before its children; a pid that was given to somebody else must not be signalled. */
async function isOurGroup(replica: ReplicaProcess): Promise<boolean> {
  const leader = await findProcess(replica.pid);
  if (leader !== undefined) return leader.startTime === replica.startTime;
  for (const { pid } of await membersOfGroup(replica.pid)) if (await carriesMarks(pid, replica)) return true;
  return false;
}

async function endsWithin(group: number, within: number): Promise<boolean> {
  const deadline = performance.now() + within;
  for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
    if ((await membersOfGroup(group)).length === 0) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await pause(Math.min(wait, left));
  }
}

function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // It ended between our look and our signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
