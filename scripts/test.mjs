// The whole suite on a fresh clone: `npm test`. Ends with "N passed, N failed" on a line of its own.
// --long runs the tests of test/long/ instead.
import { installPackages, prepare } from './prepare.mjs';

const long = process.argv.includes('--long');
const began = Date.now();
const say = (line) => process.stdout.write(`${line}\n`);

// Parts of the suite, each a mocha of its own. The lanes take them in this order: what takes longest comes early.
const COMMAND_LINE = 'test/e2e/command-line.test.ts';
const PARTS = [
  { tests: 'test/platforms/**/*.test.ts' },
  { tests: COMMAND_LINE },
  { tests: 'test/engine/**/*.test.ts' },
  {
    tests: 'test/**/*.test.ts',
    ignored: ['test/long/**', 'test/e2e/**', 'test/engine/**', 'test/kill/**', 'test/platforms/**'],
  },
  { tests: 'test/e2e/**/*.test.ts', ignored: [COMMAND_LINE] },
  { tests: 'test/kill/**/*.test.ts' },
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
  await installPackages(say);
  // What only reads sources need not wait until they are compiled.
  const prepared = prepare(say);
  const { runMocha } = await import('./mocha.mjs');
  const test = async ({ tests, ignored = [] }, minutes = 45) => {
    const { path } = await prepared;
    const words = [tests, ...ignored.flatMap((each) => ['--ignore', each])];
    const result = await runMocha(words, { path, minutes });
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped;
    if (result.trouble !== undefined) count(`the run of ${tests}`, false, result.trouble);
  };
  if (long) {
    await test({ tests: 'test/long/**/*.test.ts' }, 120);
  } else {
    const waiting = [check, ...PARTS.map((part) => () => test(part))];
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    };
    // Tests with real parts wait for processes and engines half of their time; three lanes keep two cores at work.
    const lanes = await Promise.allSettled([lane(), prepared.then(lane), prepared.then(lane)]);
    for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  }
  if (skipped > 0) say(`${skipped} skipped`);
} catch (error) {
  count('setting up', false, error.stack);
}
say(`${Math.round((Date.now() - began) / 1000)} s`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function check() {
  const { runChecks } = await import('./checks.mjs');
  for await (const { name, passed: ok, output } of runChecks()) count(name, ok, output);
}
