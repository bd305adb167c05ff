import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import { staysBecause } from '../../pipeline/kept-databases.js';
import type { KeptDatabase, StandingBackup } from '../../pipeline/ports/restores.js';
import { keptFactsOf } from '../kept-facts-of.js';
import { openEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';
import { table } from '../print/table.js';

/** Backups, and the databases that restores and killed processes have left beside; changes nothing. */
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
  print(json, { environment: environment.name, changed: false, backups, kept }, () => [
    ...(backups.length === 0 ? ['no backup'] : table(backups.map(backupRow))),
    ...section(
      'left beside by restores:',
      kept.filter(({ was }) => was !== 'stray'),
    ),
    ...section(
      'not noted here:',
      kept.filter(({ was }) => was === 'stray'),
    ),
  ]);
  return exitCodes.done;
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

function section(title: string, kept: readonly Kept[]): string[] {
  return kept.length === 0 ? [] : ['', title, ...table(kept.map(keptRow))];
}

function keptRow({ name, was, since, bytes, stays, place }: Kept) {
  return [
    `  ${name}`,
    words[was],
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
