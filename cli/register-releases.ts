import type { Command } from '@commander-js/extra-typings';
import { lastOf } from './last-of.js';

const json = ['--json', 'one JSON document', false] as const;

/** Commands about releases: what can be deployed, and what may not. */
export function registerReleases(program: Command): void {
  const release = program.command('release').summary('make, list, refuse and allow releases');
  release
    .command('create')
    .argument('[environment]', 'whose services and store; may be left out where there is one only')
    .summary('write the manifest of a release, which never changes')
    .description(
      'Records digests, migrations with checksums, required settings, commit and author under a version. On the local ' +
        'platform an artifact is a folder, which is copied into the store; elsewhere it is an image by digest. The same ' +
        'again changes nothing; something else under the same version is refused.',
    )
    .requiredOption('--version <version>', 'such as 2.4.0')
    .option('--artifact <service=what>', 'a folder, or image@sha256:…; once per service', collect, [])
    .option(
      '--migrations <folder>',
      'SQL files 001_name.sql; "-- crossfade: contract" on the first line marks a contract',
    )
    .option('--migrate <service=argv>', 'a one-off that migrates by its own tool, as a JSON list: api=["node","up.js"]')
    .option('--migrate-must-change', 'a one-off that ends well and has changed nothing is a failure', false)
    .option('--verifications <file>', 'YAML or JSON: a list of questions to the database (docs/database.md)')
    .option('--required-setting <name>', 'refuse to deploy without it; repeatable', collect, [])
    .option('--no-mixed-versions', "its services don't tolerate each other's other version")
    .option('--commit <sha>', 'instead of what git says')
    .option('--author <name>', 'instead of what git says')
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade release create local --version 2.4.0 --artifact api=dist/api --artifact web=dist/web --migrations sql\n',
    )
    .action(async (environment, { migrations, migrate, verifications, commit, author, ...options }) => {
      const { createReleaseCommand } = await import('./commands/release-create.js');
      const left = { migrations, migrate, verifications, commit, author };
      process.exitCode = await createReleaseCommand(environment, { ...options, ...left });
    });
  release
    .command('list')
    .argument('[environment]')
    .summary('every release in the store, newest first')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade release list production\n')
    .action(async (environment, options) => {
      const { listReleasesCommand } = await import('./commands/release-list.js');
      process.exitCode = await listReleasesCommand(environment, options);
    });
  release
    .command('show')
    .argument('<words...>', '[environment] version')
    .summary('what a release consists of')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade release show production 2.4.0\n')
    .action(async (words, options) => {
      const [environment, version] = lastOf(words, 'version');
      const { showReleaseCommand } = await import('./commands/release-list.js');
      process.exitCode = await showReleaseCommand(environment, version, options);
    });
  registerQuarantine(release);
}

function registerQuarantine(release: Command): void {
  release
    .command('quarantine')
    .argument('<words...>', '[environment] version')
    .summary('refuse a release from now on')
    .description('Its digests are refused by every deploy; those that it shares with an earlier release are not.')
    .requiredOption('--because <reason>', 'stays on record')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade release quarantine production 2.4.0 --because "loses orders"\n')
    .action(async (words, options) => {
      const [environment, version] = lastOf(words, 'version');
      const { quarantineCommand } = await import('./commands/release-quarantine.js');
      process.exitCode = await quarantineCommand(environment, version, options);
    });
  release
    .command('allow')
    .argument('<words...>', '[environment] version')
    .summary('let a release be deployed that was rolled back or quarantined')
    .requiredOption('--because <reason>', 'stays on record')
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade release allow production 2.4.0 --because "the network was at fault"\n',
    )
    .action(async (words, options) => {
      const [environment, version] = lastOf(words, 'version');
      const { allowCommand } = await import('./commands/release-quarantine.js');
      process.exitCode = await allowCommand(environment, version, options);
    });
}

function collect(word: string, before: string[]): string[] {
  return [...before, word];
}
