import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.mjs';

const { resolve } = createRequire(import.meta.url);
const PRETTIER = join(dirname(resolve('prettier/package.json')), 'bin/prettier.cjs');
const TYPES_AND_LINT = fileURLToPath(new URL('types-and-lint.mjs', import.meta.url));

/** Types, lint and format, each passed or not, with what it said. Two at a time would only fight for memory. */
export async function* runChecks() {
  yield* await typesAndLint();
  const { code, output } = await runProgram(process.execPath, [PRETTIER, '--check', '.']);
  yield { name: 'format', passed: code === 0, output };
}

async function typesAndLint() {
  const { code, output } = await runProgram(process.execPath, [TYPES_AND_LINT]);
  const lines = code === 0 ? output.trim().split('\n') : [];
  if (lines.length === 2) return lines.map((line) => JSON.parse(line));
  return [{ name: 'types and lint', passed: false, output: `ended with ${code}:\n${output}` }];
}
