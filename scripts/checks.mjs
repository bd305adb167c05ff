import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runProgram } from './run-program.mjs';

const { resolve } = createRequire(import.meta.url);
const program = (name, path) => join(dirname(resolve(`${name}/package.json`)), path);

const CHECKS = [
  { name: 'types', words: () => [program('typescript', 'bin/tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint', words: () => [program('eslint', 'bin/eslint.js'), '.'] },
  { name: 'format', words: () => [program('prettier', 'bin/prettier.cjs'), '--check', '.'] },
];

/** Types, lint and format, each passed or not, with what it said. Two at a time would only fight for memory. */
export async function* runChecks() {
  for (const { name, words } of CHECKS) {
    const { code, output } = await runProgram(process.execPath, words());
    yield { name, passed: code === 0, output };
  }
}
