// Runs the measurements of bench/ one after another: `npm run bench`, or `npm run bench -- rollback switch` for some.
// Measures on whatever machine it is: close everything else first.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NO_BENCH = ['print-table'];
const MINUTES = 4;
const MINUTES_TO_CLEAN_UP = 0.5;

const say = (line) => process.stdout.write(`${line}\n`);
const known = (await readdir(`${ROOT}bench`))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !NO_BENCH.includes(name))
  .sort();
const asked = process.argv.slice(2);
const strange = asked.filter((name) => !known.includes(name));
if (strange.length > 0) {
  say(`there is no bench ${strange.join(', ')}; there is ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  const { path } = await prepare();
  say(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
  const failed = [];
  for (const name of asked.length > 0 ? asked : known) {
    const trouble = await run(name, path);
    if (trouble !== undefined) failed.push(`${name}: ${trouble}`);
  }
  for (const line of failed) say(`FAILED  ${line}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** In a process of its own, which is told to stop when it takes too long, and to clean up then. Answers what was wrong. */
async function run(name, path) {
  const words = ['--import', 'tsx', 'bench/parts/run-bench.ts', name];
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  let late = false;
  const stop = setTimeout(() => {
    late = true;
    child.kill('SIGTERM');
  }, MINUTES * 60_000);
  const kill = setTimeout(() => child.kill('SIGKILL'), (MINUTES + MINUTES_TO_CLEAN_UP) * 60_000);
  const code = await new Promise((resolve) => child.once('close', (exit, signal) => resolve(exit ?? signal)));
  clearTimeout(stop);
  clearTimeout(kill);
  process.off('SIGINT', forward).off('SIGTERM', forward);
  if (late) return `not finished after ${MINUTES} minutes`;
  return code === 0 ? undefined : `ended with ${code}`;
}
