import type { Command } from '@commander-js/extra-typings';

const key = ['--key <file>', 'your ed25519 private key; its public half stands among the approvers'] as const;
const environment = ['--environment <name>', "where a run's name does not tell"] as const;
const plan = ['--plan <hash>', 'of the plan that you looked at; refused when it is another one'] as const;
const dryRun = ['--dry-run', 'say whether it would count, and put nothing down', false] as const;
const json = ['--json', 'one JSON document', false] as const;

/** Commands by which people decide about a run. */
export function registerPeople(program: Command): void {
  program
    .command('approve')
    .argument('<run>')
    .summary('approve a run that waits for it')
    .description(
      'Signs this run with this plan, and no other. Nobody approves what they asked for or wrote; it counts for the whole run.',
    )
    .option('--item <id>', 'one approval of several; all that are yours when left out')
    .option('--because <reason>', 'why, for the journal', 'looked at it')
    .option(...key)
    .option('--valid-for <duration>', 'it counts for that long only, such as 4h')
    .option(...plan)
    .option(...environment)
    .option(...dryRun)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade approve production-20261122t104312z-k3f9a2 --key ada.pem\n')
    .action(async (run, { because, validFor, item, key, plan, environment, ...options }) => {
      const { decideOn } = await import('./commands/decide.js');
      const said = { words: because, items: item === undefined ? [] : [item], key, plan, environment, validFor };
      process.exitCode = await decideOn('approved', run, { ...options, ...said });
    });
  program
    .command('reject')
    .argument('<run>')
    .summary('say no to a run: it ends, or goes back where it has begun')
    .requiredOption('--because <reason>', 'why, for the journal and for whoever asked')
    .option('--item <id>', 'one decision of several; all that are yours when left out')
    .option(...key)
    .option(...plan)
    .option(...environment)
    .option(...dryRun)
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade reject production-20261122t104312z-k3f9a2 --because "the mail queue is down" --key ada.pem\n',
    )
    .action(async (run, { because, item, key, plan, environment, ...options }) => {
      const { decideOn } = await import('./commands/decide.js');
      const said = {
        words: because,
        items: item === undefined ? [] : [item],
        key,
        plan,
        environment,
        validFor: undefined,
      };
      process.exitCode = await decideOn('rejected', run, { ...options, ...said });
    });
  program
    .command('sign')
    .argument('<run>')
    .argument('<items...>', "of the checklist, as 'crossfade status' names them")
    .summary('sign that you have seen what items ask for')
    .requiredOption('--saw <what>', 'what you saw, in your words')
    .option(...key)
    .option(...plan)
    .option(...environment)
    .option(...dryRun)
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade sign production-20261122t104312z-k3f9a2 dashboards --saw "no errors for 10 minutes" --key ada.pem\n',
    )
    .action(async (run, items, { saw, key, plan, environment, ...options }) => {
      const { decideOn } = await import('./commands/decide.js');
      const said = { words: saw, items, key, plan, environment, validFor: undefined };
      process.exitCode = await decideOn('signed', run, { ...options, ...said });
    });
}
