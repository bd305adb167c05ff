// The whole suite on a fresh clone: `npm test`. Ends with "N passed, N failed" on a line of its own.
// --long runs the tests of test/long/ instead.
import { prepare } from './prepare.mjs';

const long = process.argv.includes('--long');
const began = Date.now();
const say = (line) => process.stdout.write(`${line}\n`);

const PRODUCT = ['test/e2e/**/*.test.ts'];
const ENGINE = ['test/engine/**/*.test.ts', 'test/kill/**/*.test.ts'];
const OTHERS = [
  'test/**/*.test.ts',
  ...['test/long/**', 'test/e2e/**', 'test/engine/**', 'test/kill/**'].flatMap((path) => ['--ignore', path]),
];

let passed = 0;
let failed = 0;
let skipped = 0;
const count = (name, ok, output) => {
  if (ok) passed += 1;
  else failed += 1;
  say(`${ok ? 'passed' : 'FAILED'}  ${name}`);
  if (!ok) say(output);
};

try {
  const { path } = await prepare(say);
  const { runMocha } = await import('./mocha.mjs');
  const test = async (words, minutes) => {
    const result = await runMocha(words, { path, minutes });
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped;
    if (result.trouble !== undefined) count(`the run of ${words[0]}`, false, result.trouble);
  };
  if (long) {
    await test(['test/long/**/*.test.ts'], 120);
  } else {
    // Tests with real parts wait for processes and engines half of their time; three lanes keep two cores at work.
    await Promise.all([test(PRODUCT, 45), test(OTHERS, 45), checkAndTest(test)]);
  }
  if (skipped > 0) say(`${skipped} skipped`);
} catch (error) {
  count('setting up', false, error.stack);
}
say(`${Math.round((Date.now() - began) / 1000)} s`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function checkAndTest(test) {
  const { runChecks } = await import('./checks.mjs');
  for await (const check of runChecks()) count(check.name, check.passed, check.output);
  await test(ENGINE, 45);
}
