import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, realpathSync, readlinkSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PlatformError } from '../../../contract/errors.js';
import type { Account } from './postgres-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { processAlive } from './process-alive.js';

/** One server process: where its data, log and socket lie. */
export interface PostgresPlace {
  readonly data: string;
  readonly socketFolder: string;
  readonly log: string;
  readonly port: number;
  readonly account: Account | undefined;
}

export interface StartPatience {
  readonly withinMilliseconds: number;
  /** A server killed a moment ago holds its shared memory until its last child has gone: a first failure is not the end. */
  readonly retryWithinMilliseconds: number;
}

const logLimitBytes = 10_000_000;

/** The process id of the server that runs on this data folder, undefined when none does, also where a stale postmaster.pid names another process. */
export function postmasterOf(data: string): number | undefined {
  const pid = Number(linesOf(join(data, 'postmaster.pid'))[0]);
  return Number.isInteger(pid) && pid > 1 && worksIn(pid, data) ? pid : undefined;
}

/** Starts the server, or adopts the one that runs there, and waits until it says that it is ready. `settings` go before PostgreSQL's own configuration. */
export async function runPostmaster(
  binaries: PostgresBinaries,
  place: PostgresPlace,
  settings: Readonly<Record<string, string>>,
  patience: StartPatience,
): Promise<void> {
  const began = performance.now();
  const deadline = began + patience.withinMilliseconds;
  let child: { failed: string | undefined } | undefined;
  while (!isReady(place.data)) {
    if (postmasterOf(place.data) === undefined && (child === undefined || child.failed !== undefined)) {
      if (child?.failed !== undefined) {
        if (performance.now() - began > patience.retryWithinMilliseconds) throw notStarted(place, child.failed);
        await pause(250);
      }
      forgetReusedNumber(place.data);
      child = launch(binaries, place, settings);
    }
    if (performance.now() > deadline)
      throw notStarted(place, `not ready within ${Math.round(patience.withinMilliseconds / 1_000)} s`);
    await pause(20);
  }
}

/** Fast shutdown; immediate when that takes too long. Resolves once the process has gone. */
export async function stopPostmaster(data: string, withinMilliseconds: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const deadline = performance.now() + withinMilliseconds;
    const pid = postmasterOf(data);
    if (pid === undefined) return;
    process.kill(pid, signal);
    while (performance.now() < deadline) {
      if (postmasterOf(data) === undefined && !worksIn(pid, data)) return;
      await pause(20);
    }
  }
  throw new PlatformError(`PostgreSQL on ${data} doesn't stop`, {
    hint: `look at process ${postmasterOf(data) ?? '?'}`,
  });
}

/** PostgreSQL itself clears a postmaster.pid whose process is dead, but takes a living stranger with that number for a server. */
function forgetReusedNumber(data: string): void {
  const file = join(data, 'postmaster.pid');
  const pid = Number(linesOf(file)[0]);
  if (pid > 1 && processAlive(pid) && !worksIn(pid, data)) rmSync(file, { force: true });
}

function launch(binaries: PostgresBinaries, place: PostgresPlace, settings: Readonly<Record<string, string>>) {
  const state: { failed: string | undefined } = { failed: undefined };
  const log = openLog(place.log);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(binaries.postgres, ['-D', place.data, ...flags], {
    cwd: place.data,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: '/usr/bin:/bin', LANG: 'C', TZ: 'UTC' },
    ...(place.account === undefined ? {} : { uid: place.account.uid, gid: place.account.gid }),
  });
  closeSync(log);
  server.on('error', (error) => (state.failed = error.message));
  server.on('exit', (code, signal) => (state.failed = `ended with ${signal ?? `code ${code ?? '?'}`}`));
  server.unref();
  return state;
}

function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logLimitBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

function isReady(data: string): boolean {
  return postmasterOf(data) !== undefined && linesOf(join(data, 'postmaster.pid'))[7]?.trim() === 'ready';
}

/** PostgreSQL works in its data folder all its life: that tells it from a process that has inherited its number. */
function worksIn(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data);
  } catch {
    return false;
  }
}

function notStarted(place: PostgresPlace, because: string): PlatformError {
  const tail = linesOf(place.log)
    .filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line))
    .slice(-3)
    .join('; ');
  return new PlatformError(`PostgreSQL did not start on ${place.data}: ${because}${tail === '' ? '' : ` (${tail})`}`, {
    hint: `read ${place.log}`,
  });
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
