import { PlatformError } from '../../../contract/errors.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { readContents, type Contents } from '../../postgres/contents.js';
import { rowBounds, type RowBounds } from '../../postgres/row-bounds.js';
import { openSession } from '../../postgres/session.js';
import { countTables, type TableCount } from '../../postgres/table-counts.js';
import { markWritesIfAny, type WriteMark } from '../../postgres/write-mark.js';
import { join } from 'node:path';
import { writeJsonFile } from '../atomic-file.js';
import { backupFolder } from '../backup/manifest.js';
import { readBranchManifest, type BranchManifest } from './branch-manifest.js';
import type { BranchPlace } from './branch-place.js';

interface Noted {
  readonly counts: ReadonlyMap<string, TableCount>;
  readonly contents: Contents;
  readonly mark: WriteMark | undefined;
  readonly serverVersion: string;
  readonly bytes: number;
}

/** A branch of the database in use, named once. One that nobody noted anything of, since a process was killed, is made anew. */
export async function takeBranch(place: BranchPlace, name: string, work: Work): Promise<BranchManifest> {
  const standing = await readBranchManifest(place.folder, name);
  if (standing !== undefined) return standing;
  const { branches } = place;
  const began = performance.now();
  if ((await branches.list(work)).some((each) => each.name === name)) await branches.remove(name, work);
  const createdAt = new Date().toISOString();
  const before = await note(place, name);
  work.say(`branching the database as ${name}`);
  await branches.create(name, undefined, work);
  if (!(await branches.list(work)).some((each) => each.name === name)) {
    throw new PlatformError(`branch ${name} was created, as its command says, and is not among those that are listed`);
  }
  const after = await note(place, name);
  const manifest: BranchManifest = {
    format: 1,
    kind: 'branch',
    name,
    database: (await place.address('superuser')).database,
    serverVersion: after.serverVersion,
    createdAt,
    milliseconds: Math.round(performance.now() - began),
    bytes: after.bytes,
    tables: boundsOf(before, after),
    contents: { before: before.contents, after: after.contents },
    mark: before.mark ?? null,
  };
  await writeJsonFile(join(backupFolder(place.folder, name), 'manifest.json'), manifest);
  return manifest;
}

/** Where the server doesn't count what comes and goes, nothing can be said of a table's rows. */
function boundsOf({ mark: first, ...before }: Noted, { mark: last, ...after }: Noted): RowBounds {
  if (first !== undefined && last !== undefined) return rowBounds({ ...before, mark: first }, { ...after, mark: last });
  return Object.fromEntries([...before.counts.keys()].map((table) => [table, null]));
}

/** In a session that is over before the branch is made: some services need that nobody is connected. */
async function note(place: BranchPlace, name: string): Promise<Noted> {
  const session = await openSession(await place.address('superuser'), {
    applicationName: `crossfade backup ${name}`,
    readOnly: true,
  });
  try {
    const mark = await markWritesIfAny(session);
    const counts = await countTables(session);
    return {
      mark,
      counts,
      contents: await readContents(session, counts),
      serverVersion: (await session.scalar('SHOW server_version')) ?? '',
      bytes: Number((await session.scalar('SELECT pg_database_size(current_database())')) ?? 0),
    };
  } finally {
    await session.close();
  }
}
