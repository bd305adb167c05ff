import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../../contract/errors.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { compareRestored } from '../../postgres/compare-restored.js';
import { describeFailure, openSession, sqlStateOf, type Session } from '../../postgres/session.js';
import { outOfBounds } from '../../postgres/row-bounds.js';
import { countTables, type TableCount } from '../../postgres/table-counts.js';
import { backupFolder, readManifest, type BackupManifest } from './manifest.js';
import { restoreAside } from './restore-aside.js';

/** Restores the backup beside the server and counts: every file as its digest says, the server comes up, every table has the rows it must have. */
export async function verifyBackup(
  backups: string,
  name: string,
  work: Work,
  withinMilliseconds = 120_000,
): Promise<Verdict> {
  try {
    const manifest = await readManifest(backups, name);
    if (manifest === undefined) return { answer: 'no', because: `there is no backup ${name}`, evidence: {} };
    work.say(`restoring ${name} aside to verify it`);
    const madeBy = `a check or drill of ${name}`;
    const { signal } = work;
    const restored = await restoreAside(backups, manifest, { withinMilliseconds, open: false, madeBy, signal });
    try {
      const session = await openSession(restored.address, { applicationName: 'crossfade verify', readOnly: true });
      const verdict = await compared(manifest, session, restored.milliseconds).finally(() => session.close());
      if (verdict.answer === 'yes') await markVerified(backups, name);
      return verdict;
    } finally {
      await restored.remove();
    }
  } catch (error) {
    work.signal.throwIfAborted();
    return notReadable(error, name);
  }
}

/** What was restored can't be read, such as a page that was spoilt before it was backed up. Throws what is a bug of ours. */
export function notReadable(error: unknown, name: string): Verdict {
  if (error instanceof OperatorError) return { answer: 'no', because: error.message, evidence: {} };
  if (sqlStateOf(error) === undefined) throw error;
  return { answer: 'no', because: `what ${name} restores can't be read: ${describeFailure(error)}`, evidence: {} };
}

export const verifiedFile = 'verified.json';

async function compared(manifest: BackupManifest, session: Session, restoreMilliseconds: number): Promise<Verdict> {
  const found = await countTables(session);
  const counted = compareCounts(manifest, found, restoreMilliseconds);
  if (counted.answer !== 'yes' || manifest.contents === undefined) return counted;
  const { wrong, ...numbers } = await compareRestored(session, { ...manifest, contents: manifest.contents }, found);
  const evidence = { ...counted.evidence, ...numbers };
  if (wrong.length > 0) return { answer: 'no', because: wrong.slice(0, 20).join('; '), evidence };
  return { ...counted, evidence };
}

/** Every table of the backup, with as many rows as it must have. */
export function compareCounts(
  manifest: BackupManifest,
  found: ReadonlyMap<string, TableCount>,
  restoreMilliseconds: number,
): Verdict {
  const expected = Object.entries(manifest.tables);
  const wrong = outOfBounds(manifest.tables, found);
  const rows = expected.reduce((sum, [table]) => sum + (found.get(table)?.rows ?? 0), 0);
  const evidence = {
    tables: expected.length,
    rows,
    bytes: manifest.bytes,
    files: Object.keys(manifest.files).length,
    restoreMilliseconds,
  };
  if (wrong.length > 0) return { answer: 'no', because: wrong.join('; '), evidence };
  return {
    answer: 'yes',
    because: `restored aside in ${restoreMilliseconds} ms: ${expected.length} tables with ${rows} rows`,
    evidence,
  };
}

/** Backups that were never marked so push out no other. */
export async function markVerified(backups: string, name: string): Promise<void> {
  const text = JSON.stringify({ at: new Date().toISOString() });
  await writeFile(join(backupFolder(backups, name), verifiedFile), text, { mode: 0o600, flush: true });
}
