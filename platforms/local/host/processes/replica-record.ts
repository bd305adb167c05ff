import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { colourSchema } from '../../../../contract/colour.js';
import { digestSchema } from '../../../../contract/json.js';
import { findProcess } from './process-table.js';

/** What a pid file says: which process a replica is, and what it was started from. */
export const replicaRecordSchema = z.strictObject({
  format: z.literal(1),
  directory: z.string(),
  environment: z.string(),
  colour: colourSchema,
  service: z.string(),
  replica: z.string(),
  pid: z.int().positive(),
  startTime: z.string(),
  /** 0 for a service that listens to nobody. */
  port: z.int().nonnegative(),
  version: z.string(),
  digest: digestSchema,
  settings: digestSchema,
  /** Of the definition's part that a process depends on. */
  definition: digestSchema,
  folder: z.string(),
  log: z.string(),
  startedAt: z.iso.datetime(),
});

export type ReplicaRecord = z.infer<typeof replicaRecordSchema>;

export async function writeReplicaRecord(folder: string, record: ReplicaRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = recordFile(folder, record.replica);
  await writeFile(`${file}.tmp`, JSON.stringify(record, null, 2), { mode: 0o600, flush: true });
  await rename(`${file}.tmp`, file);
}

export async function removeReplicaRecord(folder: string, replica: string): Promise<void> {
  await rm(recordFile(folder, replica), { force: true });
}

/** By name. A torn or foreign file is no record: its process is found by its environment instead. */
export async function readReplicaRecords(folder: string): Promise<ReplicaRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const records: ReplicaRecord[] = [];
  for (const name of names.filter((each) => /^replica-\d+\.json$/.test(each)).sort()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    const parsed = replicaRecordSchema.safeParse(jsonOrUndefined(text));
    if (parsed.success) records.push(parsed.data);
  }
  return records;
}

/** False also when the pid now belongs to another process. */
export async function isAlive(record: Pick<ReplicaRecord, 'pid' | 'startTime'>): Promise<boolean> {
  const found = await findProcess(record.pid);
  return found !== undefined && found.startTime === record.startTime;
}

function recordFile(folder: string, replica: string): string {
  return join(folder, `${replica}.json`);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
