import type { Command } from '@commander-js/extra-typings';

const json = ['--json', 'one JSON document', false] as const;

/** Commands about who is told what runs do. */
export function registerMessages(program: Command): void {
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
