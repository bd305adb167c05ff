import type { Command } from '@commander-js/extra-typings';
import { lastOf } from './last-of.js';

const json = ['--json', 'one JSON document', false] as const;

/** Commands about who is told what runs do, and what is told before them. */
export function registerMessages(program: Command): void {
  program
    .command('announce')
    .argument('<words...>', '[environment] version')
    .summary('say when a release comes, and tell who is to know')
    .description(
      "Puts it on record, where a 'window' of the checklist that asks for an announcement looks for it, and tells those " +
        "who hear of 'announced'. Said again for the same version it moves; a run begins between --at and the end of --lasts.",
    )
    .option('--at <time>', 'with its zone, such as 2026-11-28T22:00Z')
    .option('--lasts <duration>', 'how long after --at a run may begin, at most 7d', '1h')
    .option('--because <words>', 'what it brings, for whoever is told', 'planned')
    .option('--cancel', 'take it back, and tell those who were told', false)
    .option('--dry-run', 'show what would be said to whom', false)
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade announce production 2.4.0 --at 2026-11-28T22:00Z --lasts 2h --because "faster search"\n',
    )
    .action(async (words, options) => {
      const [environment, version] = lastOf(words, 'version');
      const { announce } = await import('./commands/announce.js');
      process.exitCode = await announce(environment, version, { at: undefined, ...options });
    });
  const notify = program.command('notify').summary('who is told what runs do');
  notify
    .command('test')
    .argument('[environment]')
    .summary('send each receiver a test message, and see that it takes it')
    .option('--to <receiver>', 'this one only')
    .option('--because <reason>', 'shown to whoever gets it', 'asked for on the command line')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade notify test production --to chat --because "first Monday"\n')
    .action(async (environment, { to, because, json }) => {
      const { notifyTest } = await import('./commands/notify-test.js');
      process.exitCode = await notifyTest(environment, { to, because, json });
    });
}
