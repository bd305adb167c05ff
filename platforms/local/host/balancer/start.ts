import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError, PlatformError, RefusedError } from '../../../../contract/errors.js';
import { errnoOf } from '../errno.js';
import { findProcess } from '../processes/process-table.js';
import { balancerClient } from './client.js';
import { launchBalancer } from './launch.js';
import { pidFile, processOfPidFile, writePidFile } from './pid-file.js';
import type { Answer } from './protocol.js';
import type { StartArguments } from './start-arguments.js';
import { withStartLock } from './start-lock.js';

/** What the narrowest system allows for the path of a socket, in bytes (macOS; Linux has four more). */
const longestSocketPath = 103;

export interface RunningBalancer {
  readonly pid: number;
  readonly port: number;
}

/**
 * Makes a balancer run as asked: the one that runs already, moved to another port where it differs, or a new process
 * that outlives this one and comes back with the last committed weights. Throws PlatformError, with nothing changed,
 * when the port is taken.
 */
export async function startBalancer(options: StartArguments): Promise<RunningBalancer> {
  for (const path of [options.adminSocket, options.testSocket]) {
    if (Buffer.byteLength(path) <= longestSocketPath) continue;
    throw new ConfigurationError(`the path of a socket is longer than ${longestSocketPath} bytes: ${path}`, {
      hint: 'choose a `directory` with a shorter path',
    });
  }
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  return withStartLock(join(options.directory, 'balancer.starting'), async () => {
    const running = await readRunning(options.adminSocket);
    if (running !== undefined) return adopt(running, options);
    const hung = await processOfPidFile(options.directory);
    if (hung !== undefined) {
      throw new PlatformError(`the balancer's process ${hung.pid} runs, but its admin socket is gone`, {
        hint: `stop it (kill ${hung.pid}), then bring the environment up again`,
      });
    }
    const launched = await launchBalancer(options);
    await writePidFile(options.directory, launched.pid);
    return launched;
  });
}

/** Drains and ends it; kills it when it is not gone within the time. The committed state stays. Idempotent. */
export async function stopBalancer(options: {
  readonly directory: string;
  readonly adminSocket: string;
  readonly withinMilliseconds?: number;
}): Promise<void> {
  const { directory, adminSocket, withinMilliseconds = 35_000 } = options;
  const remembered = await processOfPidFile(directory);
  const running = await readRunning(adminSocket).catch(() => undefined);
  const pid = running?.directory === directory ? running.pid : remembered?.pid;
  const found = pid === undefined ? undefined : await findProcess(pid);
  if (found !== undefined) {
    process.kill(found.pid, 'SIGTERM');
    if (!(await isGone(found, withinMilliseconds))) {
      process.kill(found.pid, 'SIGKILL');
      await isGone(found, 5_000);
    }
  }
  await rm(pidFile(directory), { force: true });
}

async function adopt(running: Answer<'read'>, options: StartArguments): Promise<RunningBalancer> {
  if (running.directory !== options.directory) {
    throw new RefusedError(`the balancer at ${options.adminSocket} belongs to ${running.directory}`);
  }
  const client = balancerClient(options.adminSocket);
  const { port } = await client.call('listen', { port: options.port });
  if (running.affinity !== options.affinity) await client.call('setAffinity', { affinity: options.affinity });
  await writePidFile(options.directory, running.pid);
  return { pid: running.pid, port };
}

/** Undefined when nobody listens at the socket, or only a dead one did. */
async function readRunning(adminSocket: string): Promise<Answer<'read'> | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await balancerClient(adminSocket).call('read', {}, { timeoutMilliseconds: 5_000 });
    } catch (error) {
      const code = error instanceof PlatformError ? errnoOf(error.cause) : undefined;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
      // One that is just ending resets what it no longer answers.
      if (code !== 'ECONNRESET' || attempt === 20) throw error;
      await pause(100);
    }
  }
}

async function isGone(
  process_: { readonly pid: number; readonly startTime: string },
  within: number,
): Promise<boolean> {
  const until = performance.now() + within;
  for (;;) {
    const found = await findProcess(process_.pid);
    if (found?.startTime !== process_.startTime) return true;
    if (performance.now() > until) return false;
    await pause(30);
  }
}
