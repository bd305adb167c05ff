import type { Command } from '@commander-js/extra-typings';
import { lastOf } from './last-of.js';

/** What is tried before it is needed. */
export function registerDrill(program: Command): void {
  const example = '\nExample:\n  crossfade drill restore production\n';
  program
    .command('drill')
    .summary('try what has to work on the day it is needed')
    .addHelpText('after', example)
    .command('restore')
    .argument('[environment]')
    .summary('restore the newest backup aside, compare it, and say how long it took')
    .description(
      'Touches nothing that is in use, and takes no lease: let a timer run it. What came of it is on record; with ' +
        'rules.database.restoreDrill a deploy is refused when the last good one is too old. Ends with 3 when it was not good.',
    )
    .option('--dry-run', 'say which backup would be restored', false)
    .option('--json', 'one JSON document', false)
    .addHelpText('after', example)
    .action(async (environment, options) => {
      const { drillRestore } = await import('./commands/drill-restore.js');
      process.exitCode = await drillRestore(environment, options);
    });
  const rehearsing = '\nExample:\n  crossfade rehearse production 2.4.0\n';
  program
    .command('rehearse')
    .argument('<words...>', '[environment] version')
    .summary("run a release's migrations on a copy of the database, with both releases beside them where that can be")
    .description(
      'The copy is made from the newest backup and removed again; the database in use is not touched, and no lease is ' +
        'taken. A good one is accepted by deploys for rules.database.rehearsalFor. Ends with 3 when it was not good. On AWS ' +
        'the copy is a temporary instance, which takes RDS ten minutes to hours; releases are started beside it where ' +
        'database.rehearsals is on.',
    )
    .option('--dry-run', 'say what would be rehearsed on which backup', false)
    .option('--json', 'one JSON document', false)
    .addHelpText('after', rehearsing)
    .action(async (words, options) => {
      const [environment, version] = lastOf(words, 'version');
      const { rehearse } = await import('./commands/rehearse.js');
      process.exitCode = await rehearse(environment, version, options);
    });
}
