import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '../../../../contract/errors.js';
import { parse } from '../../../../contract/parse.js';
import { bootReportSchema } from './start-arguments.js';
import type { StartArguments } from './start-arguments.js';

const bootMilliseconds = 20_000;

/** Starts the process and resolves when it serves; throws PlatformError with what it says when it can't. */
export async function launchBalancer(
  options: StartArguments,
): Promise<{ readonly pid: number; readonly port: number }> {
  const log = await open(join(options.directory, 'balancer.log'), 'a', 0o600);
  try {
    const child = spawn(process.execPath, [...programArguments(), '--options', JSON.stringify(options)], {
      detached: true,
      cwd: options.directory,
      // Nothing of ours is passed on: the process lives for months, and our environment may hold secrets.
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', log.fd, log.fd, 'pipe'],
    });
    child.on('error', () => undefined);
    child.unref();
    const line = await firstLine(child.stdio[3] as Readable);
    if (line === undefined) {
      child.kill('SIGKILL');
      throw new PlatformError('the balancer did not start', { hint: `see ${join(options.directory, 'balancer.log')}` });
    }
    const report = parse(bootReportSchema, JSON.parse(line), 'balancer');
    if (!('failure' in report)) return report;
    throw new PlatformError(report.failure, report.hint === undefined ? {} : { hint: report.hint });
  } finally {
    await log.close();
  }
}

/** The same program, compiled or, in a checkout's tests, as its source. */
function programArguments(): string[] {
  const extension = extname(fileURLToPath(import.meta.url));
  const main = fileURLToPath(new URL(`./main${extension}`, import.meta.url));
  return extension === '.ts' ? ['--import', import.meta.resolve('tsx'), main] : [main];
}

/** Undefined when the process ends, or the time is up, without one. */
function firstLine(stream: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (line: string | undefined): void => {
      clearTimeout(timer);
      stream.destroy();
      resolve(line);
    };
    const timer = setTimeout(() => finish(undefined), bootMilliseconds);
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) finish(text.slice(0, end));
    });
    stream.on('end', () => finish(undefined));
    stream.on('error', () => finish(undefined));
  });
}
