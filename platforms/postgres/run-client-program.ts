import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { PlatformError } from '../../contract/errors.js';
import type { PostgresAddress } from './address.js';

export interface ClientRun {
  readonly program: string;
  readonly flags: readonly string[];
  /** Left out for what only reads a file. It goes into the environment: a password never stands in argv. */
  readonly address?: PostgresAddress;
  /** A file descriptor, or something that is piped in. */
  readonly input?: number | ((into: Writable) => Promise<void>);
  readonly output?: number | ((from: Readable) => Promise<void>);
  readonly signal: AbortSignal;
}

const tailCharacters = 2_000;
/** Where Debian, Alpine, Fedora and macOS keep the authorities that the system trusts. */
const authorities = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** Runs it to its end. Throws PlatformError with what it said last, and the signal's reason when aborted. */
export async function runClientProgram(run: ClientRun): Promise<void> {
  run.signal.throwIfAborted();
  const child = spawn(run.program, [...run.flags], {
    stdio: [streamOf(run.input), streamOf(run.output), 'pipe'],
    env: { ...basicVariables(), ...(run.address === undefined ? {} : await variablesOf(run.address)) },
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-tailCharacters)));
  const stop = () => void child.kill('SIGTERM');
  run.signal.addEventListener('abort', stop);
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${code ?? '?'}`}`),
    );
  });
  const [, , because] = await Promise.all([
    typeof run.input === 'function' && child.stdin
      ? run.input(child.stdin).catch(killing(child, run.signal))
      : undefined,
    typeof run.output === 'function' && child.stdout
      ? run.output(child.stdout).catch(killing(child, run.signal))
      : undefined,
    ended,
  ]).finally(() => run.signal.removeEventListener('abort', stop));
  run.signal.throwIfAborted();
  if (because === undefined) return;
  throw new PlatformError(`${run.program} ${because}: ${lastLines(said)}`);
}

/** What can't be fed or read any more is not waited for; a closed pipe is told by the program's own end. */
function killing(child: ReturnType<typeof spawn>, signal: AbortSignal) {
  return (error: unknown): void => {
    child.kill('SIGTERM');
    if (signal.aborted || (error instanceof Error && 'code' in error && error.code === 'EPIPE')) return;
    throw error;
  };
}

function streamOf(end: ClientRun['input'] | ClientRun['output']): number | 'pipe' | 'ignore' {
  if (typeof end === 'number') return end;
  return end === undefined ? 'ignore' : 'pipe';
}

function basicVariables(): Record<string, string> {
  const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
  return { PATH, HOME, LANG: 'C', LC_ALL: 'C', TZ: 'UTC', PGAPPNAME: 'crossfade backup' };
}

async function variablesOf(address: PostgresAddress): Promise<Record<string, string>> {
  const { host, port, database, user, tls } = address;
  // Beside `require` a file of authorities would be checked against too: libpq does that for old times' sake.
  const bundle = tls === 'verify' ? authorities.find((file) => existsSync(file)) : undefined;
  return {
    PGHOST: host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: user,
    PGPASSWORD: await address.password(),
    PGSSLMODE: { off: 'disable', encrypt: 'require', verify: 'verify-full' }[tls],
    PGCONNECT_TIMEOUT: '10',
    ...(bundle === undefined ? {} : { PGSSLROOTCERT: bundle }),
  };
}

/** Without DETAIL and CONTEXT lines, which may show rows. */
function lastLines(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const telling = lines.filter(
    (line) => line !== '' && !/^(DETAIL|CONTEXT|LINE|Command was|STATEMENT)\b|^COPY .*, line/i.test(line),
  );
  return telling.length === 0 ? 'it said nothing' : telling.slice(-3).join('; ').slice(0, 600);
}
