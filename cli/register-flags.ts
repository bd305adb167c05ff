import type { Command } from '@commander-js/extra-typings';

const json = ['--json', 'one JSON document', false] as const;

/** Commands about the product's flags that a release has ramped. */
export function registerFlags(program: Command): void {
  const flags = program.command('flags').summary('flags that a release has ramped: see them, or turn them off');
  flags
    .command('off')
    .argument('[environment]')
    .summary('turn flags off for everybody, now: all that the newest deploy has ramped')
    .option('--flag <flag>', 'this one only')
    .option('--because <reason>', 'why, for the record', 'asked for on the command line')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade flags off production --because "checkout is slow"\n')
    .action(async (environment, { flag, because, json }) => {
      const { flagsOff } = await import('./commands/flags.js');
      process.exitCode = await flagsOff(environment, { flag, because, json });
    });
  flags
    .command('status')
    .argument('[environment]')
    .summary('for how many users each of them is on')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade flags status production\n')
    .action(async (environment, options) => {
      const { flagsStatus } = await import('./commands/flags.js');
      process.exitCode = await flagsStatus(environment, options);
    });
}
