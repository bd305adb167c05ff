import { readdirSync, readlinkSync } from 'node:fs';

const longest = 10_000;

/** Ends every PostgreSQL that works below the folder at once, as a failing machine does, and returns when it is gone. */
export function killServersBelow(folder: string): number {
  const pids = serversBelow(folder);
  for (const pid of pids) quit(pid);
  const deadline = performance.now() + longest;
  while (serversBelow(folder).length > 0) {
    if (performance.now() > deadline) throw new Error(`PostgreSQL ${pids.join(', ')} outlives SIGQUIT`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  return pids.length;
}

function quit(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // ESRCH: its postmaster has ended it meanwhile.
  }
}

/** Every process of PostgreSQL works in its data folder. */
export function serversBelow(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && worksBelow(pid, folder));
}

function worksBelow(pid: number, folder: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd.startsWith(`${folder}/`) && readlinkSync(`/proc/${pid}/exe`).endsWith('/postgres');
  } catch {
    return false;
  }
}
