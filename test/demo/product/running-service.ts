import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface RunningService {
  readonly url: string;
  readonly pid: number;
  /** Resolves to the exit code, or the signal that ended it. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>;
}

export interface ServiceOptions {
  readonly folder: string;
  readonly colour: string;
  readonly databaseUrl?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

const startWithin = 15_000;

/** Starts one process of the demo product as the platform does, and waits until it says who it is. */
export async function startService({ folder, colour, databaseUrl, settings }: ServiceOptions): Promise<RunningService> {
  const port = await freePort();
  const child = spawn(process.execPath, ['main.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PORT: String(port),
      CROSSFADE_COLOUR: colour,
      CROSSFADE_DIGEST: `sha256:${'0'.repeat(64)}`,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...settings,
    },
  });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    if (typeof code === 'number') return code;
    return typeof signal === 'string' ? signal : 'unknown';
  });
  const started = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    ended.then(() => false),
    setTimeout(startWithin, false, { ref: false }),
  ]);
  if (!started) {
    child.kill('SIGKILL');
    throw new Error(`the service did not start: ${complaints}`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  return address === null || typeof address === 'string' ? 0 : address.port;
}
