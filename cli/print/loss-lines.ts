import { describeLoss, wordsFor, type Loss } from '../../pipeline/loss.js';
import type { MaintenanceState } from '../../pipeline/ports/maintenance.js';
import type { StandingBackup } from '../../pipeline/ports/restores.js';

export interface PricedBackup {
  readonly backup: StandingBackup;
  readonly loss: Loss;
}

const shownTables = 10;

/** What each backup would lose, and the three ways on. */
export function lossLines(
  environment: string,
  prices: readonly PricedBackup[],
  maintenance: MaintenanceState | undefined,
): string[] {
  const [newest] = prices;
  return [
    `${environment}: what restoring the database would lose (nothing was changed)`,
    ...(newest === undefined ? ['  there is no backup'] : prices.flatMap(backupLines)),
    ...(newest === undefined
      ? []
      : ['  counted by the server; what was written in the last 10 s may not be in it yet']),
    '',
    'Three ways on:',
    `  1  keep the schema, move only the traffic (loses nothing):  crossfade rollback ${environment}`,
    `  2  roll forward with a release that mends it (loses nothing):  crossfade deploy ${environment} VERSION`,
    ...(newest === undefined ? [] : restoreLines(environment, newest, maintenance)),
  ];
}

function backupLines({ backup, loss }: PricedBackup): string[] {
  const { name, createdAt, verified } = backup;
  const more = loss.tables.length - shownTables;
  return [
    `  ${name}, taken ${createdAt.slice(0, 16).replace('T', ' ')} UTC${verified ? '' : ' (NEVER VERIFIED)'}`,
    `    lost: ${describeLoss(loss)}`,
    ...loss.tables
      .slice(0, shownTables)
      .map(
        ({ name: table, writes: { inserted, updated, deleted } }) =>
          `      ${table}: ${inserted} inserted, ${updated} updated, ${deleted} deleted`,
      ),
    ...(more > 0 ? [`      and ${more} more tables`] : []),
    ...(loss.migrations.length === 0 ? [] : [`    undone with it: ${loss.migrations.join(', ')}`]),
  ];
}

function restoreLines(
  environment: string,
  { backup, loss }: PricedBackup,
  maintenance: MaintenanceState | undefined,
): string[] {
  const moving =
    maintenance === undefined
      ? [`     first, so that the number stands still:  crossfade maintenance on ${environment} --because "…"`]
      : [];
  return [
    '  3  restore into a new database beside this one, which is kept; users wait meanwhile:',
    ...moving,
    `     crossfade rollback ${environment} --database --restore ${backup.name} --lose "${wordsFor(loss)}"`,
  ];
}
