import { readlink } from 'node:fs/promises';
import { artifactDigest } from '../../artifact-digest.js';
import { unhealthyBecause } from './health.js';
import { isAlive, type ReplicaRecord } from './replica-record.js';

export interface ObservedReplica {
  readonly record: ReplicaRecord;
  /** Of the files it was started from, as they are now; `unknown` where they can't be read. */
  readonly digest: string;
  readonly because: string | undefined;
}

/** What really runs: never only what was asked for. */
export async function observeReplicas(
  records: readonly ReplicaRecord[],
  healthPath: (service: string) => string,
): Promise<ObservedReplica[]> {
  const digests = new Map<string, Promise<string | undefined>>();
  const digestOfFolder = (folder: string): Promise<string | undefined> => {
    const known = digests.get(folder) ?? artifactDigest(folder).catch(() => undefined);
    digests.set(folder, known);
    return known;
  };
  return Promise.all(
    records.map(async (record): Promise<ObservedReplica> => {
      const folder = await workingFolder(record);
      const digest = await digestOfFolder(folder);
      const because = await unhealthyBecause(record, healthPath(record.service));
      if (digest === undefined) return { record, digest: 'unknown', because: `${folder} can't be read` };
      return { record, digest, because };
    }),
  );
}

/** Where the process runs, where the system tells; else where it was started. */
async function workingFolder(record: ReplicaRecord): Promise<string> {
  if (process.platform !== 'linux' || !(await isAlive(record))) return record.folder;
  return readlink(`/proc/${record.pid}/cwd`).catch(() => record.folder);
}
