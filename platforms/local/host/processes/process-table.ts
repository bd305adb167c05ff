import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that runs; one that has ended and only waits to be reaped is not listed. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Tells a process from a later one with the same pid: boot and clock ticks on Linux, a date elsewhere. */
  readonly startTime: string;
}

const linux = process.platform === 'linux';

/** Undefined when no such process runs. */
export async function findProcess(pid: number): Promise<RunningProcess | undefined> {
  if (linux) return readLinuxProcess(pid);
  return (await listWithPs(['-p', String(pid)])).find((entry) => entry.pid === pid);
}

export async function membersOfGroup(group: number): Promise<RunningProcess[]> {
  return (await listProcesses()).filter((entry) => entry.group === group);
}

export async function listProcesses(): Promise<RunningProcess[]> {
  if (!linux) return listWithPs(['-A']);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(readLinuxProcess));
  return found.filter((entry) => entry !== undefined);
}

/** One variable of a process's environment, where the system lets us look; undefined elsewhere. */
export async function readEnvironment(pid: number): Promise<ReadonlyMap<string, string> | undefined> {
  if (!linux) return undefined;
  const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return new Map(
    text
      .split('\0')
      .filter((line) => line.includes('='))
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

let boot: Promise<string> | undefined;

async function readLinuxProcess(pid: number): Promise<RunningProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command may hold spaces and parentheses, so count from the last one: state, parent, group, …, start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  if (state === undefined || 'ZX'.includes(state)) return undefined;
  boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((id) => id.trim());
  return { pid, parent: Number(parent), group: Number(group), startTime: `${await boot}/${fields[19] ?? ''}` };
}

async function listWithPs(selection: string[]): Promise<RunningProcess[]> {
  const columns = ['-o', 'pid=,ppid=,pgid=,stat=,lstart='];
  const { stdout } = await promisify(execFile)('ps', [...selection, ...columns], {
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  }).catch(() => ({ stdout: '' }));
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (!match || match[4]?.startsWith('Z')) return [];
    const [pid, parent, group] = match.slice(1, 4).map(Number);
    return [{ pid: pid ?? 0, parent: parent ?? 0, group: group ?? 0, startTime: match[5] ?? '' }];
  });
}
