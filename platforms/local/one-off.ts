import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { PlatformError } from '../../contract/errors.js';

export interface OneOff {
  readonly argv: readonly string[];
  readonly folder: string;
  /** All of it: nothing of this process's environment but PATH and HOME is passed on. Secrets go here, never into argv. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
  say(line: string): void;
}

/** What a chatty command may say in all, and in one line. */
const limits = { bytes: 256_000, lineCharacters: 1_000 };
const graceMilliseconds = 5_000;
const drainMilliseconds = 1_000;

/** Runs a command to its end in its own process group. Throws PlatformError when it can't start, doesn't end in time or ends with another code than 0. */
export async function runOneOff(
  oneOff: OneOff,
): Promise<{ readonly milliseconds: number; readonly outputBytes: number }> {
  const began = performance.now();
  const [program = '', ...rest] = oneOff.argv;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program, rest, {
    cwd: oneOff.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, ...oneOff.environment },
  });
  const output = new Output((line) => oneOff.say(line));
  child.stdout.on('data', (chunk: Buffer) => output.take('out', chunk));
  child.stderr.on('data', (chunk: Buffer) => output.take('err', chunk));
  const late = { is: false };
  const stop = (signal: 'SIGTERM' | 'SIGKILL') => {
    late.is = true;
    killGroup(child.pid, signal);
  };
  const timers = [
    setTimeout(() => stop('SIGTERM'), oneOff.timeoutMilliseconds),
    setTimeout(() => stop('SIGKILL'), oneOff.timeoutMilliseconds + graceMilliseconds),
  ];
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = await new Promise<{ code: number | null; signal: string | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  timers.forEach(clearTimeout);
  killGroup(child.pid, 'SIGKILL');
  // What it has left behind, out of its group, may hold the pipes open for ever.
  await Promise.race([closed, pause(drainMilliseconds, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  output.finish();
  if (end.code === 0) return { milliseconds: Math.round(performance.now() - began), outputBytes: output.bytes };
  const because =
    end.error?.message ??
    (late.is
      ? `did not end within ${Math.round(oneOff.timeoutMilliseconds / 1_000)} s`
      : `ended with ${end.signal ?? `code ${end.code ?? '?'}`}`);
  throw new PlatformError(`${program}: ${because}${output.tail === '' ? '' : `; it last said: ${output.tail}`}`, {
    cause: end.error,
  });
}

class Output {
  bytes = 0;
  tail = '';
  readonly #say: (line: string) => void;
  readonly #rest = { out: '', err: '' };
  #silent = false;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  take(from: 'out' | 'err', chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#silent) return;
    const lines = (this.#rest[from] + chunk.toString('utf8')).split('\n');
    this.#rest[from] = (lines.pop() ?? '').slice(0, limits.lineCharacters);
    for (const line of lines) this.#tell(line);
    if (this.bytes <= limits.bytes) return;
    this.#silent = true;
    this.#say(`(more than ${limits.bytes} bytes: the rest is left out)`);
  }

  finish(): void {
    if (!this.#silent) for (const line of Object.values(this.#rest)) this.#tell(line);
  }

  /** One line, with nothing in it that a terminal or a CI system would obey. */
  #tell(line: string): void {
    const plain = line
      .replace(/\p{Cc}\[[0-9;?]*[A-Za-z]|\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '')
      .slice(0, limits.lineCharacters);
    if (plain.trim() === '') return;
    this.tail = plain;
    this.#say(`  ${plain}`);
  }
}

/** Its children too; gone already is as good. */
function killGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: the group has ended.
  }
}
