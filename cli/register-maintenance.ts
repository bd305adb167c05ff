import type { Command } from '@commander-js/extra-typings';

const json = ['--json', 'one JSON document', false] as const;

/** The page that users get while something is done that they must not be in the middle of. */
export function registerMaintenance(program: Command): void {
  const maintenance = program
    .command('maintenance')
    .summary('show users a page that asks them to wait, and end it again')
    .addHelpText(
      'after',
      '\nExample:\n  crossfade maintenance on production --because "restoring a backup" --for 30m\n',
    );
  maintenance
    .command('on')
    .argument('[environment]')
    .summary('answer every request of users with 503 and a fixed page; the test route goes on')
    .requiredOption('--because <reason>', 'why, for the record and for whoever looks')
    .option('--for <duration>', 'it ends by itself after this time, at most 24h', '30m')
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade maintenance on production --because "restoring a backup" --for 30m\n',
    )
    .action(async (environment, options) => {
      const { maintenance: act } = await import('./commands/maintenance.js');
      process.exitCode = await act('on', environment, options);
    });
  maintenance
    .command('off')
    .argument('[environment]')
    .summary('let users in again')
    .option('--because <reason>', 'why, for the record', 'asked for on the command line')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade maintenance off production\n')
    .action(async (environment, options) => {
      const { maintenance: act } = await import('./commands/maintenance.js');
      process.exitCode = await act('off', environment, { ...options, for: undefined });
    });
  maintenance
    .command('status')
    .argument('[environment]')
    .summary('whether it is on, by whom, and when it ends')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade maintenance status production\n')
    .action(async (environment, options) => {
      const { maintenance: act } = await import('./commands/maintenance.js');
      process.exitCode = await act('status', environment, { ...options, because: '', for: undefined });
    });
}
