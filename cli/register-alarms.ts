import { Option, type Command } from '@commander-js/extra-typings';
import type { Severity } from '../contract/severity.js';

// Written out: help must not load the schemas.
const severities = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Severity[];

/** Commands about who is told when something is wrong. */
export function registerAlarms(program: Command): void {
  const alarms = program.command('alarms').summary('prove that somebody is told when something is wrong');
  alarms
    .command('test')
    .argument('[environment]')
    .summary('fire the test alarm of each severity, and see what its topic has taken')
    .addOption(new Option('--severity <severity>', 'of this severity only').choices(severities))
    .option('--because <reason>', 'shown to whoever is paged', 'asked for on the command line')
    .option('--json', 'one JSON document', false)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade alarms test production --severity critical --because "first Monday"\n',
    )
    .action(async (environment, { severity, because, json }) => {
      const { alarmsTest } = await import('./commands/alarms-test.js');
      process.exitCode = await alarmsTest(environment, { severity, because, json });
    });
}
