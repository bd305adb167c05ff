import type { Command } from '@commander-js/extra-typings';
import { lastOf } from './last-of.js';

const json = ['--json', 'one JSON document', false] as const;

/** Commands about what stays to be done after a release, and what does it. */
export function registerDuties(program: Command): void {
  const duties = program
    .command('duties')
    .summary('what stays to be done after a release: see it, and say that it is done');
  duties
    .command('list', { isDefault: true })
    .argument('[environment]')
    .summary('what is open, whose it is, and when it is due')
    .option('--all', 'also what is done or has lapsed', false)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade duties list production --all\n')
    .action(async (environment, options) => {
      const { listDuties } = await import('./commands/duties.js');
      process.exitCode = await listDuties(environment, options);
    });
  duties
    .command('done')
    .argument('<words...>', '[environment] duty')
    .summary('say that a duty is done, and what was seen')
    .requiredOption('--because <words>', 'what was seen or done')
    .option('--run <run>', 'of this run; the newest that has it, when left out')
    .option('--key <file>', 'your ed25519 private key, where the environment lists keys of approvers')
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade duties done production error-trends --because "flat for a day" --key ada.pem\n',
    )
    .action(async (words, { because, run, key, json }) => {
      const [environment, duty] = lastOf(words, 'duty');
      const { doneDuty } = await import('./commands/duties.js');
      process.exitCode = await doneDuty(environment, duty, { because, run, key, json });
    });
  program
    .command('tick')
    .argument('[environment]')
    .summary('carry out what is due: duties, messages, runs that wait, ends of maintenance')
    .description(
      'For cron or a schedule of CI, every few minutes: once, and safe beside another tick or a run. Ends with 7 while ' +
        'something waits for a person, with the code of a run that it went on with when that did not end well, else with 0.',
    )
    .option('--dry-run', 'say what would be done', false)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade tick production --json\n')
    .action(async (environment, options) => {
      const { tick } = await import('./commands/tick.js');
      process.exitCode = await tick(environment, options);
    });
}
