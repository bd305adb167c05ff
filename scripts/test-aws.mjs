// Both environments of the repository, made by the real engine and its AWS provider on a stand-in for AWS: `npm run
// test:aws`. Where the provider's plugin isn't installed, nothing is proven, and it is counted as skipped.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tsImport } from 'tsx/esm/api';
import { prepare } from './prepare.mjs';

const say = (line) => process.stdout.write(`${line}\n`);
const began = Date.now();
const { path } = await prepare(say);
process.env.PATH = path;
const sdk = createRequire(import.meta.url).resolve('@pulumi/aws/package.json');
const { version } = JSON.parse(await readFile(sdk, 'utf8'));
const major = Number(version.split('.')[0]);
const { findAwsPlugin } = await tsImport('../test/support/aws/find-aws-plugin.ts', import.meta.url);
const found = await findAwsPlugin(major);
if (found.missing !== undefined) {
  say(`skipped  ${found.missing}: the programs were not tried on a provider`);
  say(`         pulumi plugin install resource aws ${version}`);
  say('0 passed, 0 failed, 1 skipped');
} else {
  say(`AWS provider ${found.version}, programs made with ${version}`);
  const { runMocha } = await import('./mocha.mjs');
  const result = await runMocha(['test/aws/*.aws.ts'], { path, minutes: 150 });
  if (result.trouble !== undefined) say(`FAILED  ${result.trouble}`);
  const failed = result.failed + (result.trouble === undefined ? 0 : 1);
  say(`${Math.round((Date.now() - began) / 1_000)} s`);
  say(`${result.passed} passed, ${failed} failed, ${result.skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
