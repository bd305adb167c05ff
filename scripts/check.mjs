import { runChecks } from './checks.mjs';

for await (const { name, passed, output } of runChecks()) {
  process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name}\n`);
  if (!passed) {
    process.stdout.write(`${output}\n`);
    process.exitCode = 1;
  }
}
