import { InvalidArgumentError, type Command } from '@commander-js/extra-typings';
import { milliseconds, readDuration, type Duration } from '../contract/duration.js';

const json = ['--json', 'one JSON document', false] as const;
const usually = milliseconds(1_800_000);
const longest = 86_400_000;

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
    .option('--for <duration>', 'it ends by itself after this time (30m when left out)', readFor, usually)
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
      process.exitCode = await act('off', environment, { ...options, for: 0 });
    });
  maintenance
    .command('status')
    .argument('[environment]')
    .summary('whether it is on, by whom, and when it ends')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade maintenance status production\n')
    .action(async (environment, options) => {
      const { maintenance: act } = await import('./commands/maintenance.js');
      process.exitCode = await act('status', environment, { ...options, because: '', for: 0 });
    });
}

function readFor(text: string): Duration {
  const duration = readDuration(text);
  if (duration !== undefined && duration > 0 && duration <= longest) return duration;
  throw new InvalidArgumentError('expected a duration such as 30m, at most 24h');
}
