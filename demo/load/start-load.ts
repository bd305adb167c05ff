import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loadLineSchema, type LoadSecond, type LoadSummary } from './lines.js';

export interface RunningLoad {
  /** Resolves once the last request has been answered. Throws when the generator died before. */
  stop(): Promise<LoadSummary>;
}

export interface LoadOptions {
  readonly url: string;
  readonly perSecond: number;
  readonly onSecond?: (second: LoadSecond) => void;
}

/** Starts the load generator in a process of its own. */
export function startLoad({ url, perSecond, onSecond }: LoadOptions): RunningLoad {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--url', url, '--per-second', String(perSecond)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let summary: LoadSummary | undefined;
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = loadLineSchema.parse(JSON.parse(text));
    if (line.line === 'summary') summary = line;
    else onSecond?.(line);
  });
  const closed = once(child, 'close');
  // A child that is gone already has its say in `stop`.
  child.stdin.on('error', () => undefined);
  return {
    async stop() {
      child.stdin.end();
      await closed;
      if (summary === undefined) throw new Error('the load generator ended without a summary');
      return summary;
    },
  };
}
