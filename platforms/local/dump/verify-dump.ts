import type { Verdict } from '../../../contract/verdict.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { openAsideDatabase } from '../../postgres/aside-database.js';
import { findClientPrograms } from '../../postgres/client-programs.js';
import { compareContents } from '../../postgres/compare-contents.js';
import { readContents } from '../../postgres/contents.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { orDrop } from '../../postgres/or-drop.js';
import { verdictOnRestored } from '../backup/verdict-on-restored.js';
import { listBackups } from '../backup/retain-backups.js';
import { markVerified, notReadable } from '../backup/verify-backup.js';
import { readDumpManifest, type DumpManifest } from './dump-manifest.js';
import type { DumpPlace } from './dump-place.js';
import { listEntries } from './list-entries.js';
import { checkFile, lyingDump } from './lying-dump.js';
import { refuseFullServer } from './refuse-full-server.js';
import { restoreDump } from './restore-dump.js';

/**
 * Whole by its checksum, readable by pg_restore, and restored into a database beside, where rows, checksums, extensions,
 * sequences and owners are compared with the snapshot that was dumped; of a plausible size, where not all could be.
 */
export async function verifyDump(place: DumpPlace, name: string, work: Work): Promise<Verdict> {
  try {
    const manifest = await readDumpManifest(place.dumps, name);
    if (manifest === undefined) return { answer: 'no', because: `there is no backup ${name}`, evidence: {} };
    await checkFile(place, manifest);
    const programs = await findClientPrograms(place.settings.programs);
    const entries = await listEntries(programs, await lyingDump(place, manifest), work.signal);
    const doubt = doubtOf(manifest, entries);
    if (doubt !== undefined) return { answer: 'no', because: doubt, evidence: { bytes: manifest.bytes } };
    return await restored(place, manifest, work);
  } catch (error) {
    work.signal.throwIfAborted();
    return notReadable(error, name);
  }
}

async function restored(place: DumpPlace, manifest: DumpManifest, work: Work): Promise<Verdict> {
  const address = await place.address();
  await refuseFullServer(place, address);
  work.say(`restoring ${manifest.name} aside to verify it`);
  const began = performance.now();
  const aside = await openAsideDatabase(address, {
    purpose: 'verify',
    madeBy: `a check or drill of ${manifest.name}`,
  });
  const compared = await orDrop(
    async () => {
      await restoreDump(place, manifest, aside.address, work);
      return compareDump(manifest, aside.address, Math.round(performance.now() - began));
    },
    () => aside.remove(),
  );
  await aside.remove();
  const verdict = compared.answer === 'yes' ? await orTooSmall(place, manifest, compared) : compared;
  if (verdict.answer === 'yes') await markVerified(place.dumps, manifest.name);
  return verdict;
}

/** Everything that the manifest says of the snapshot, in this database. */
export function compareDump(manifest: DumpManifest, address: PostgresAddress, milliseconds: number): Promise<Verdict> {
  return verdictOnRestored({ address, how: 'restored aside', milliseconds, manifest }, async (session, counts) => ({
    miscounted: Object.entries(manifest.tables).flatMap(([table, rows]) => {
      const found = counts.get(table);
      if (found === undefined) return [`${table} is missing`];
      return rows === null || found.rows === rows ? [] : [`${table} has ${found.rows ?? '?'} rows, not ${rows}`];
    }),
    contents: compareContents(manifest.contents, await readContents(session, counts)),
  }));
}

function doubtOf(manifest: DumpManifest, entries: readonly string[]): string | undefined {
  if (entries.length === manifest.entries) return undefined;
  return `pg_restore lists ${entries.length} entries in ${manifest.name}, not ${manifest.entries}`;
}

/** No where it is implausibly small, unless every table was compared by its checksum: then it only became smaller. */
async function orTooSmall(place: DumpPlace, manifest: DumpManifest, verdict: Verdict): Promise<Verdict> {
  if (verdict.evidence['checksums'] === verdict.evidence['tables']) return verdict;
  const because = await implausibleBecause(place, manifest);
  return because === undefined ? verdict : { ...verdict, answer: 'no', because };
}

/** Half as large as the newest good one, though it has nearly as many rows. */
async function implausibleBecause({ dumps }: DumpPlace, manifest: DumpManifest): Promise<string | undefined> {
  const earlier = (await listBackups(dumps)).find(({ name, verified }) => verified && name !== manifest.name);
  const before = earlier && (await readDumpManifest(dumps, earlier.name));
  if (before === undefined || manifest.bytes * 2 >= before.bytes) return undefined;
  if (rowsOf(manifest) < rowsOf(before) * 0.8) return undefined;
  return `${manifest.name} has ${manifest.bytes} bytes where ${before.name} had ${before.bytes} for as many rows, and not all of them were compared; where that is meant, move the dumps before it out of ${dumps}`;
}

function rowsOf({ tables }: DumpManifest): number {
  return Object.values(tables).reduce<number>((sum, rows) => sum + (rows ?? 0), 0);
}
