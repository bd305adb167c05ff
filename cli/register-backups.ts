import type { Command } from '@commander-js/extra-typings';

/** Commands about backups of releases. */
export function registerBackups(program: Command): void {
  const backups = program.command('backups').summary('list backups, and delete those beyond the policy');
  backups
    .command('list')
    .argument('[environment]', 'may be left out where there is one only')
    .summary('list backups, and what restores, rehearsals, drills and checks have left beside')
    .description(
      'Of each that was left beside: what made it, since when, how large, and why it stays. Changes nothing.',
    )
    .option('--json', 'one JSON document', false)
    .addHelpText('after', '\nExample:\n  crossfade backups list production\n')
    .action(async (environment, { json }) => {
      const { backupsList } = await import('./commands/backups-list.js');
      process.exitCode = await backupsList(environment, { json });
    });
  backups
    .command('prune')
    .argument('[environment]', 'may be left out where there is one only')
    .summary('delete backups beyond the policy, and what nobody needs of what was left beside')
    .description(
      'Backups beyond the number to keep, what restores have left beside for longer than ' +
        'database.backups.keepReplaced, and what killed rehearsals, drills and checks have left. Oldest first, and ' +
        'none that a standing slot or an open run needs: of each that stays it says why. A deploy does the same to ' +
        'backups once its own is good, but on AWS, where the role of releases may delete no snapshot: there it is for ' +
        'a scheduled job with the role that provisions. Holds the lease, so that no run begins meanwhile.',
    )
    .option('--dry-run', 'show what would go', false)
    .option('--json', 'one JSON document', false)
    .addHelpText('after', '\nExample:\n  crossfade backups prune production --dry-run\n')
    .action(async (environment, { dryRun, json }) => {
      const { backupsPrune } = await import('./commands/backups-prune.js');
      process.exitCode = await backupsPrune(environment, { dryRun, json });
    });
}
