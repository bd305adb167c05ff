import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINUTES_TO_LET_GO = 0.25;

/**
 * Runs mocha with these words and answers what it counted. Tests that hang, that leave something open, or a mocha that
 * ends without counting, are a failure each: the run always ends.
 */
export async function runMocha(words, { path, minutes }) {
  const folder = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
  const counts = join(folder, 'counts.json');
  const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
  const reporter = join(ROOT, 'scripts', 'reporter.cjs');
  const child = spawn(
    process.execPath,
    [mocha, ...words, '--reporter', reporter, '--reporter-option', `counts=${counts}`],
    // A group of its own, so that ending it ends what the tests started in it.
    { cwd: ROOT, env: { ...process.env, PATH: path }, stdio: ['ignore', 'inherit', 'inherit'], detached: true },
  );
  const forward = (signal) => end(child, signal);
  process.once('SIGINT', forward).once('SIGTERM', forward);
  try {
    const trouble = await watch(child, counts, minutes);
    const { passes, failures, pending } = existsSync(counts)
      ? JSON.parse(readFileSync(counts, 'utf8'))
      : { passes: 0, failures: 0, pending: 0 };
    return { passed: passes, failed: failures, skipped: pending, trouble };
  } finally {
    process.off('SIGINT', forward).off('SIGTERM', forward);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(child, counts, minutes) {
  let trouble;
  let counted;
  const deadline = Date.now() + minutes * 60_000;
  const ticking = setInterval(() => {
    if (counted === undefined && existsSync(counts)) counted = Date.now();
    if (counted !== undefined && Date.now() > counted + MINUTES_TO_LET_GO * 60_000) {
      trouble = 'all tests ended, but something they started kept the process alive';
    } else if (Date.now() > deadline) {
      trouble = `not finished after ${minutes} minutes`;
    }
    if (trouble !== undefined) end(child, 'SIGKILL');
  }, 1_000);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal));
  });
  clearInterval(ticking);
  if (trouble === undefined && !existsSync(counts)) trouble = `mocha ended with ${code} before it had counted`;
  return trouble;
}

function end(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
