import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KeptDatabase } from '../../../pipeline/ports/restores.js';
import type { ServerRecord } from '../host/postgres-files.js';
import { folderSize } from '../folder-size.js';
import { restoredData } from './restored-data.js';

/** Data folders that restores have left beside the one in use, oldest first. */
export async function keptFolders(record: ServerRecord): Promise<KeptDatabase[]> {
  const { data, kept } = record;
  const used = kept.map((each) => {
    const was = each.data === restoredData(record, each.run) ? ('after' as const) : ('before' as const);
    return { name: `kept-${was}-${each.run}`, run: each.run, was, since: each.at, place: each.data };
  });
  const folder = dirname(restoredData(record, 'x'));
  const beside = (await readdir(folder)).filter((name) => name.startsWith(prefix)).map((name) => join(folder, name));
  const unused = beside
    .filter((path) => path !== data && kept.every((each) => each.data !== path))
    .map((path) => {
      const run = basename(path)
        .slice(prefix.length)
        .replace(/\.making$/, '');
      return { name: basename(path), run, was: 'restored' as const, since: undefined, place: path };
    });
  return Promise.all([...used, ...unused].map(async (each) => ({ ...each, bytes: await folderSize(each.place) })));
}

const prefix = 'restored-';
