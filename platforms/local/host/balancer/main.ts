import { closeSync, existsSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { OperatorError } from '../../../../contract/errors.js';
import { parse } from '../../../../contract/parse.js';
import { Balancer } from './balancer.js';
import { bootReportSchema, startArgumentsSchema } from './start-arguments.js';
import type { BootReport } from './start-arguments.js';

const drainMilliseconds = 30_000;
/** Where `startBalancer` waits for one line of JSON. */
const reportDescriptor = 3;

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

function report(outcome: BootReport): void {
  try {
    writeSync(reportDescriptor, `${JSON.stringify(bootReportSchema.parse(outcome))}\n`);
    closeSync(reportDescriptor);
  } catch {
    // Started by hand: nobody listens there.
  }
}

// A request's own errors are caught where they arise. What gets here is a bug; the state in force is always whole
// (it is swapped, never edited), so that going on serves users better than an end that nobody would notice.
process.on('uncaughtException', (error) => say(`uncaught: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (error) =>
  say(`unhandled: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
);

process.umask(0o077);
let balancer: Balancer | undefined;
let stopping = false;

async function stop(because: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  say(`stopping: ${because}`);
  await balancer?.close(drainMilliseconds);
  say('stopped');
  process.exit(0);
}

/** A folder that is gone takes the admin socket with it: what nobody can reach must not go on serving. */
function watchFolder(directory: string): void {
  let missed = 0;
  setInterval(() => {
    missed = existsSync(directory) ? 0 : missed + 1;
    if (missed === 2) void stop(`${directory} is gone`);
  }, 1_000).unref();
}

process.on('SIGTERM', () => void stop('SIGTERM'));
process.on('SIGINT', () => void stop('SIGINT'));
process.on('SIGHUP', () => undefined);

try {
  const { values } = parseArgs({ options: { options: { type: 'string' } } });
  const options = parse(startArgumentsSchema, JSON.parse(values.options ?? '{}'), 'balancer');
  balancer = await Balancer.open({ ...options, say });
  say(`balancer ${process.pid} listens on 127.0.0.1:${balancer.port}`);
  watchFolder(options.directory);
  report({ pid: process.pid, port: balancer.port });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  say(
    `not started: ${error instanceof OperatorError ? message : error instanceof Error ? (error.stack ?? message) : message}`,
  );
  const hint = error instanceof OperatorError ? error.hint : undefined;
  report({ failure: message, ...(hint === undefined ? {} : { hint }) });
  process.exit(1);
}
