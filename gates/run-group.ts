import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

export interface Group {
  readonly program: string;
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  onOutput(chunk: Buffer): void;
}

export interface Ran {
  readonly code: number | null;
  readonly signal: string | null;
  /** It was killed because its time was over. */
  readonly late: boolean;
  /** It was killed because nobody waited for it any more. */
  readonly aborted: boolean;
  readonly error: Error | undefined;
}

const grace = 1_000;
const drain = 1_000;

/**
 * A program in a process group of its own, which is killed as a whole: at its time-out, when it is no longer wanted,
 * and what it leaves behind when it has ended. What leaves the group by itself can't be followed.
 */
export async function runGroup(group: Group): Promise<Ran> {
  const child = spawn(group.program, group.argv, {
    cwd: group.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: group.environment,
  });
  child.stdout.on('data', (chunk: Buffer) => group.onOutput(chunk));
  child.stderr.on('data', (chunk: Buffer) => group.onOutput(chunk));
  let late = false;
  let aborted = false;
  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    killGroup(child.pid, 'SIGTERM');
    timers.push(setTimeout(() => killGroup(child.pid, 'SIGKILL'), grace));
  };
  const onAbort = (): void => {
    aborted = true;
    stop();
  };
  timers.push(
    setTimeout(() => {
      late = true;
      stop();
    }, group.timeout),
  );
  if (group.signal.aborted) onAbort();
  else group.signal.addEventListener('abort', onAbort, { once: true });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = await new Promise<Pick<Ran, 'code' | 'signal' | 'error'>>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal, error: undefined }));
  });
  timers.forEach(clearTimeout);
  group.signal.removeEventListener('abort', onAbort);
  killGroup(child.pid, 'SIGKILL');
  // What has left the group may hold the pipes open for ever.
  await Promise.race([closed, pause(drain, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { ...end, late, aborted };
}

/** Gone already is as good. */
function killGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the group has ended.
  }
}
