import { counted } from '../../contract/counted.js';
import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { PrunedLine } from '../../contract/pruned.js';
import { readLastPruned } from '../../journal/pruned-record.js';
import { staysBecause } from '../../pipeline/kept-databases.js';
import type { Leftover } from '../../pipeline/ports/leftovers.js';
import type { KeptDatabase, StandingBackup } from '../../pipeline/ports/restores.js';
import { keptFactsOf } from '../kept-facts-of.js';
import { openEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';
import { table } from '../print/table.js';

/** Backups, and whatever restores, rehearsals, drills and checks have left beside; changes nothing. */
export async function backupsList(name: string | undefined, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const { database } = platform;
  if (database === undefined) throw new RefusedError(`${environment.name} has no database`);
  if (database.restores === undefined) throw new RefusedError(`on ${platform.name} no backups are listed`);
  const backups = await database.restores.list();
  const left = (await database.restores.kept?.()) ?? [];
  const facts = left.length === 0 ? undefined : await keptFactsOf(environment, platform, outputs);
  const byHand = database.restores.drop === undefined ? 'it is deleted by hand only' : undefined;
  const kept = left.map((each) => ({ ...each, stays: (facts && staysBecause(each, facts)) ?? byHand }));
  const beside = (await database.leftovers?.list()) ?? [];
  const leftovers = beside.map(({ neededBecause, ...each }) => ({ ...each, stays: neededBecause }));
  const pruned = await readLastPruned(environment.store, environment.name);
  const told = { environment: environment.name, changed: false, backups, kept, leftovers, pruned };
  print(json, told, () => [
    ...(backups.length === 0 ? ['no backup'] : table(backups.map(backupRow))),
    ...section('left beside by restores:', kept.filter(({ was }) => was !== 'stray').map(keptRow)),
    ...section('not noted here:', kept.filter(({ was }) => was === 'stray').map(keptRow)),
    ...section('left beside by rehearsals, drills and checks:', leftovers.map(leftoverRow)),
    ...(pruned === undefined ? [] : ['', prunedLine(pruned)]),
  ]);
  return exitCodes.done;
}

function prunedLine({ at, by, removed, dropped, swept }: PrunedLine): string {
  const [backups, others] = [counted(removed.length, 'backup'), dropped.length + swept.length];
  return `last pruned ${moment(at)} by ${by}: ${backups}, and ${others} of what was left beside`;
}

function backupRow({ name, createdAt, bytes, verified }: StandingBackup): string[] {
  return [name, moment(createdAt), megabytes(bytes), verified ? 'verified' : 'NEVER VERIFIED'];
}

const words = {
  before: 'in use before',
  after: 'written to, and left',
  restored: 'never used',
  stray: 'named like a backup',
};

type Kept = KeptDatabase & { readonly stays: string | undefined };

function section(title: string, rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : ['', title, ...table(rows)];
}

function keptRow({ was, stays, ...kept }: Kept): string[] {
  return besideRow({ ...kept, what: words[was], stays });
}

function leftoverRow({ madeBy, ...leftover }: Omit<Beside, 'what'> & Pick<Leftover, 'madeBy'>): string[] {
  return besideRow({ ...leftover, what: `by ${madeBy}` });
}

type Beside = Pick<Leftover, 'name' | 'since' | 'bytes' | 'place'> & {
  readonly what: string;
  readonly stays: string | undefined;
};

function besideRow({ name, what, since, bytes, stays, place }: Beside): string[] {
  return [
    `  ${name}`,
    what,
    since === undefined ? '' : `since ${moment(since)}`,
    bytes === undefined ? '' : megabytes(bytes),
    stays === undefined ? "goes with the next 'crossfade backups prune'" : `stays: ${stays}`,
    place === name ? '' : place,
  ];
}

function moment(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
