import { ConfigurationError } from '../contract/errors.js';
import type { Command } from '@commander-js/extra-typings';

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
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade duties done production error-trends --because "flat for a day"\n')
    .action(async (words, { because, run, json }) => {
      const [first, second, ...more] = words;
      if (first === undefined || more.length > 0) throw new ConfigurationError('expected [environment] duty');
      const { doneDuty } = await import('./commands/duties.js');
      const [environment, duty] = second === undefined ? [undefined, first] : [first, second];
      process.exitCode = await doneDuty(environment, duty, { because, run, json });
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
