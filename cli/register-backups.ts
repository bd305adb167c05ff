import type { Command } from '@commander-js/extra-typings';

/** Commands about backups of releases. */
export function registerBackups(program: Command): void {
  program
    .command('backups')
    .summary('delete those beyond the policy')
    .command('prune')
    .argument('[environment]', 'may be left out where there is one only')
    .summary('delete backups of releases beyond the number to keep')
    .description(
      'Oldest first, and none that a standing slot or an open run needs. On AWS the role of releases may not: it is for ' +
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
