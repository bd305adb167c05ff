import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK = `${ROOT}package-lock.json`;
const INSTALLED = `${ROOT}node_modules/.package-lock.json`;
const STAMP = `${ROOT}node_modules/.crossfade-lock`;

/**
 * Makes a fresh clone ready to run: packages, the Pulumi engine, the compiled command line. Imports nothing but Node
 * before the packages are there. Returns the engine's folder and the PATH that puts it first.
 */
export async function prepare(say = (line) => process.stderr.write(`${line}\n`)) {
  await installPackages(say);
  const { ensureEngine } = await import('./engine.mjs');
  const engine = await ensureEngine(say);
  const { build, isStale } = await import('./build.mjs');
  if (isStale()) {
    say('Compiling');
    // Types are the type check's business; a demo need not wait for them.
    await build({ check: false });
  }
  return engine;
}

/** `npm ci`, unless what package-lock.json names is installed already. */
export async function installPackages(say) {
  const hash = createHash('sha256')
    .update(await readFile(LOCK))
    .digest('hex');
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === hash) return;
  if (!(await isNewer(INSTALLED, LOCK))) {
    say('Installing packages (npm ci)');
    const npm = process.env.npm_execpath;
    const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, output } =
      npm === undefined ? await runProgram('npm', words) : await runProgram(process.execPath, [npm, ...words]);
    if (code !== 0) throw new Error(`npm ci failed (${code}):\n${output}`);
  }
  await writeFile(STAMP, hash);
}

async function isNewer(file, other) {
  const one = await stat(file).catch(() => undefined);
  return one !== undefined && one.mtimeMs >= (await stat(other)).mtimeMs;
}
