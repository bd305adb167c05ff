// Compiles the package into dist/, joins the command line there, and notes when. Types are checked unless --no-check; --clean removes dist/ first.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { staleness } from '../bin/staleness.js';
import { runProgram } from './run-program.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function isStale() {
  return staleness(ROOT) !== undefined;
}

/** Throws with the compiler's messages when it refuses. */
export async function build({ check = true, clean = false } = {}) {
  // Before compiling: what is edited meanwhile is newer than what was compiled.
  const began = Date.now();
  if (clean) await rm(`${ROOT}dist`, { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const words = [tsc, '-p', 'tsconfig.build.json', ...(check ? [] : ['--noCheck'])];
  const { code, output } = await runProgram(process.execPath, words);
  if (code !== 0) throw new Error(`tsc -p tsconfig.build.json failed:\n${output}`);
  await mkdir(`${ROOT}dist`, { recursive: true });
  // Runs in Lambda as it is written: not for tsc.
  const lambda = 'components/aws/dead-mans-switch';
  await cp(`${ROOT}${lambda}`, `${ROOT}dist/${lambda}`, {
    recursive: true,
    filter: (path) => !path.endsWith('.d.mts'),
  });
  // Here, because it needs what may only just have been installed.
  const { bundleCommandLine } = await import('./bundle.mjs');
  await bundleCommandLine(`${ROOT}dist/command-line`);
  await writeFile(`${ROOT}dist/.built`, JSON.stringify({ began }));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = process.argv.slice(2);
  await build({ check: !flags.includes('--no-check'), clean: flags.includes('--clean') }).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
