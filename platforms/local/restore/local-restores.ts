import { rm } from 'node:fs/promises';
import { IntegrityError, RefusedError } from '../../../contract/errors.js';
import type { Restores } from '../../../pipeline/ports/restores.js';
import type { BackupManifest } from '../backup/manifest.js';
import { listBackups } from '../backup/retain-backups.js';
import { writeServerRecord, type ServerRecord } from '../host/postgres-files.js';
import { stopPostmaster } from '../host/postgres-process.js';
import { startServer } from '../host/postgres-server.js';
import { keptFolders } from './kept-folders.js';
import { isThere, makeRestoredData, restoredData } from './restored-data.js';
import { verifyRestored } from './verify-restored.js';

export interface LocalRestoresOptions {
  readonly directory: string;
  /** Name of the database. */
  readonly name: string;
  readonly backups: string;
  record(): Promise<ServerRecord>;
  manifest(name: string): Promise<BackupManifest>;
}

const stopWithin = 60_000;

/**
 * A restore is a second data folder beside the first. The server's port is what slots connect to, so the switch is which
 * folder the server on that port works on: one rename of its record, and a restart.
 */
export function localRestores(options: LocalRestoresOptions): Restores {
  const { directory, name } = options;

  async function workOn(record: ServerRecord, next: Pick<ServerRecord, 'data' | 'kept'>): Promise<number> {
    const began = performance.now();
    if (record.data !== next.data) {
      await stopPostmaster(record.data, stopWithin);
      await writeServerRecord(directory, { ...record, ...next });
    }
    await startServer({ directory, database: name });
    return Math.round(performance.now() - began);
  }

  return {
    list: () => listBackups(options.backups),
    async beside(backup, run, work) {
      const record = await options.record();
      const data = restoredData(record, run);
      const manifest = await options.manifest(backup);
      const began = performance.now();
      if (record.data !== data && !(await isThere(data))) {
        work.say(`restoring ${backup} beside the database, ${manifest.bytes} bytes`);
        await makeRestoredData(options.backups, manifest, data, record.account, work.signal);
      }
      return { backup, data, bytes: manifest.bytes, milliseconds: Math.round(performance.now() - began) };
    },
    async verify(backup, run, release, work) {
      const record = await options.record();
      const data = restoredData(record, run);
      if (!(await isThere(data))) throw new IntegrityError(`nothing was restored to ${data}`);
      const place = { data, backups: options.backups, run };
      return verifyRestored(place, await options.manifest(backup), record, release, work);
    },
    async inUse(run) {
      const record = await options.record();
      return record.data === restoredData(record, run);
    },
    async switchTo(run, work) {
      const record = await options.record();
      const data = restoredData(record, run);
      const former = { data: record.data, run, at: new Date().toISOString() };
      const kept = record.data === data ? record.kept : [...record.kept, former];
      work.say(`the server goes on with ${data}; ${kept.at(-1)?.data ?? ''} is kept`);
      const milliseconds = await workOn(record, { data, kept });
      return { data, kept: kept.at(-1)?.data ?? null, milliseconds };
    },
    async switchBack(run, work, { keep } = { keep: false }) {
      const record = await options.record();
      const former = record.kept.findLast((each) => each.run === run);
      if (former === undefined || record.data !== restoredData(record, run)) {
        // It may have been stopped on the way there.
        await workOn(record, record);
        return { data: record.data };
      }
      work.say(`the server goes back to ${former.data}`);
      const left = { data: record.data, run, at: new Date().toISOString() };
      const kept = [...record.kept.filter((each) => each !== former), ...(keep ? [left] : [])];
      const milliseconds = await workOn(record, { data: former.data, kept });
      return { data: former.data, milliseconds };
    },
    async remove(run) {
      const record = await options.record();
      const data = restoredData(record, run);
      if (record.data === data) throw new RefusedError(`slots use ${data}: it is not removed`);
      await stopPostmaster(data, stopWithin);
      const stays = record.kept.some((each) => each.data === data);
      for (const path of [...(stays ? [] : [data]), `${data}.making`]) await rm(path, { recursive: true, force: true });
      return stays ? { kept: data } : { removed: data };
    },
    kept: async () => keptFolders(await options.record()),
    async drop(wanted) {
      const record = await options.record();
      const found = (await keptFolders(record)).find((each) => each.name === wanted);
      if (found === undefined) return;
      if (found.place === record.data) throw new RefusedError(`slots use ${found.place}: it is not removed`);
      await stopPostmaster(found.place, stopWithin);
      await rm(found.place, { recursive: true, force: true });
      await writeServerRecord(directory, {
        ...record,
        kept: record.kept.filter(({ data }) => data !== found.place),
      });
    },
  };
}
