// The whole suite on a fresh clone: `npm test`. Ends with "N passed, N failed" on a line of its own.
// --long runs the tests of test/long/ instead.
import { prepare } from './prepare.mjs';

const long = process.argv.includes('--long');
const began = Date.now();
const say = (line) => process.stdout.write(`${line}\n`);

let passed = 0;
let failed = 0;
const count = (name, ok, output) => {
  if (ok) passed += 1;
  else failed += 1;
  say(`${ok ? 'passed' : 'FAILED'}  ${name}`);
  if (!ok) say(output);
};

try {
  const { path } = await prepare(say);
  const { runMocha } = await import('./mocha.mjs');
  if (!long) {
    const { runChecks } = await import('./checks.mjs');
    for await (const check of runChecks()) count(check.name, check.passed, check.output);
  }
  const result = await runMocha(long ? ['test/long/**/*.test.ts'] : ['test/**/*.test.ts', '--ignore', 'test/long/**'], {
    path,
    minutes: long ? 120 : 45,
  });
  passed += result.passed;
  failed += result.failed;
  if (result.trouble !== undefined) count('the test run', false, result.trouble);
  if (result.skipped > 0) say(`${result.skipped} skipped`);
} catch (error) {
  count('setting up', false, error.stack);
}
say(`${Math.round((Date.now() - began) / 1000)} s`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
