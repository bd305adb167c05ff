import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover, Leftovers } from '../../../pipeline/ports/leftovers.js';
import { folderSize } from '../folder-size.js';
import { processAlive } from '../host/process-alive.js';
import { readReplicaRecords } from '../host/processes/replica-record.js';
import { stopReplica } from '../host/processes/stop-replica.js';
import { writtenAt } from '../written-at.js';

const ownerFile = 'owner';
const stopWithin = 2_000;

/** A folder for a rehearsal of this process. */
export async function makeRehearsalFolder(parent: string, run: string): Promise<string> {
  const folder = join(parent, `${run}-${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, ownerFile), String(process.pid), { mode: 0o600 });
  return folder;
}

/** Services that a killed process has left running; their copies of the database are swept where those are made. */
export function leftRehearsals(parent: string): Leftovers {
  const list = async (): Promise<readonly Leftover[]> => {
    const names = await readdir(parent).catch(() => []);
    return Promise.all(
      names.map(async (name) => {
        const place = join(parent, name);
        const owner = Number(await readFile(join(place, ownerFile), 'utf8').catch(() => ''));
        return {
          name,
          madeBy: `a rehearsal of run ${name.replace(/-\d+$/, '')}`,
          since: await writtenAt(join(place, ownerFile)),
          bytes: await folderSize(place),
          place,
          neededBecause: processAlive(owner) ? `process ${owner} is at work on it` : undefined,
        };
      }),
    );
  };
  return {
    list,
    async sweep({ gone }) {
      for (const { name, place, neededBecause } of await list()) {
        if (neededBecause !== undefined) continue;
        for (const path of await readdir(place, { recursive: true }).catch(() => [])) {
          if (!/services\/[^/]+$/.test(path)) continue;
          for (const replica of await readReplicaRecords(join(place, path))) await stopReplica(replica, stopWithin);
        }
        await rm(place, { recursive: true, force: true });
        gone(name);
      }
    },
  };
}
