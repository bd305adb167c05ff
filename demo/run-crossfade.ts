import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { place } from './place.js';
import type { Screen } from './screen.js';

export interface Ended {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly seconds: number;
  readonly output: readonly string[];
}

export interface RunningCommand {
  readonly ended: Promise<Ended>;
  kill(signal: 'SIGKILL' | 'SIGINT'): void;
}

const running = new Set<ChildProcess>();

/** Starts the real command line in the demo's project and shows what it says. */
export function startCrossfade(screen: Screen, words: readonly string[]): RunningCommand {
  screen.command(['crossfade', ...words]);
  return startProgram(screen, process.execPath, [place.crossfade, ...words]);
}

export function runCrossfade(screen: Screen, words: readonly string[]): Promise<Ended> {
  return startCrossfade(screen, words).ended;
}

/** For what is worth a fact, not a look. */
export function runQuietly(words: readonly string[]): Promise<Ended> {
  return startProgram(undefined, process.execPath, [place.crossfade, ...words]).ended;
}

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Which lines of its output are shown. */
  readonly worthALook?: (line: string) => boolean;
}

export function startProgram(
  screen: Screen | undefined,
  program: string,
  words: readonly string[],
  { environment = {}, worthALook = () => true }: ProgramOptions = {},
): RunningCommand {
  const began = performance.now();
  const child = spawn(program, words, {
    cwd: place.project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  running.add(child);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line);
      if (worthALook(line)) screen?.quote(line);
    });
  }
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    running.delete(child);
    return {
      code: typeof code === 'number' ? code : undefined,
      seconds: (performance.now() - began) / 1_000,
      output,
    };
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}

/** For a demo that is stopped in the middle: nothing that it started goes on. */
export async function endPrograms(): Promise<void> {
  const ends = [...running].map((child) => once(child, 'close'));
  for (const child of running) child.kill('SIGINT');
  const timer = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL');
  }, 20_000);
  await Promise.all(ends);
  clearTimeout(timer);
}
