import { randomUUID } from 'node:crypto';
import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { Restores } from '../../pipeline/ports/restores.js';
import type { Work } from '../../pipeline/ports/work.js';
import { compareRestored } from '../postgres/compare-restored.js';
import { checkRestored, type Restored, type RestoredParts } from './check-restored.js';
import type { Copies, Copy } from './copies.js';
import type { ReachedDatabase } from './reached-database.js';
import { snapshotName } from './snapshots.js';
import { TransientError } from './transient-error.js';

export interface SnapshotDrillParts extends Pick<RestoredParts, 'environment' | 'keeper'> {
  readonly copies: Copies;
  readonly list: Restores['list'];
  readonly reached: ReachedDatabase['reached'];
  /** Of the snapshots. */
  readonly prefix: string;
  readonly clock: Clock;
}

/**
 * Makes an instance of the newest snapshot, compares what is in it with what was noted when it was taken, and deletes it.
 * Two at once have an instance each; what a killed one has left, a later one removes.
 */
export function snapshotDrill(parts: SnapshotDrillParts): NonNullable<Database['drill']> {
  const { copies, clock } = parts;
  return async (work) => {
    const began = clock.monotonic();
    // Before anything is paid for: what is restored lies in the same network.
    await parts.reached('a restore drill', 'owner');
    const swept = await copies.sweep({ say: (line) => work.say(line) });
    for (const gone of swept) work.say(`removed ${gone}, which an earlier process had left`);
    const [newest] = await parts.list();
    if (newest === undefined) {
      throw new RefusedError('there is no backup to restore', { hint: 'a deploy takes one: crossfade deploy' });
    }
    const verdict = await restoreAndCompare(parts, newest.name, work);
    const milliseconds = Math.round(clock.monotonic() - began);
    return { backup: newest.name, backupCreatedAt: newest.createdAt, milliseconds, verdict };
  };
}

async function restoreAndCompare(parts: SnapshotDrillParts, backup: string, work: Work): Promise<Verdict> {
  let copy: Copy;
  try {
    copy = await parts.copies.open(backup, `drill-${randomUUID()}`, work);
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof PlatformError)) throw error;
    return { answer: error instanceof TransientError ? 'unknown' : 'no', because: error.message, evidence: {} };
  }
  let verdict: Verdict;
  let left: PlatformError | undefined;
  try {
    verdict = await compare(parts, backup, copy, work);
  } finally {
    left = await removed(copy, work);
  }
  const { identifier, instance, milliseconds } = copy;
  const made = { instance: identifier, class: instance.class, restoreMilliseconds: milliseconds };
  const evidence = { ...verdict.evidence, ...made, removed: left === undefined };
  return {
    ...verdict,
    evidence,
    because: left === undefined ? verdict.because : `${verdict.because}; ${left.message}`,
  };
}

async function compare(parts: SnapshotDrillParts, backup: string, copy: Copy, work: Work): Promise<Verdict> {
  const { environment, keeper, prefix } = parts;
  const [owner, application] = await Promise.all([copy.address('owner'), copy.address('application')]);
  const asked = { owner, application, environment, keeper, snapshot: snapshotName(prefix, backup) };
  return checkRestored(asked, work, compareInside);
}

async function compareInside({ session, counts, record, evidence }: Restored): Promise<Verdict> {
  const what = `${evidence.tables} tables with ${evidence.rows} rows`;
  const counted = Object.values(record?.tables ?? {}).some((bound) => bound !== null);
  if (record?.contents === undefined) {
    return counted
      ? { answer: 'yes', because: `${what}; no checksums were noted when it was taken`, evidence }
      : { answer: 'unknown', because: `${what}, and when it was taken nobody could count: nothing compares`, evidence };
  }
  const { wrong, ...numbers } = await compareRestored(session, { ...record, contents: record.contents }, counts);
  const all = { ...evidence, ...numbers };
  if (wrong.length > 0) return { answer: 'no', because: wrong.slice(0, 20).join('; '), evidence: all };
  return { answer: 'yes', because: `${what}, ${numbers.checksums} of them by checksum`, evidence: all };
}

/** What is left costs money: it is told, and changes nothing of what the drill has shown. */
async function removed(copy: Copy, work: Work): Promise<PlatformError | undefined> {
  try {
    await copy.remove();
    return undefined;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    work.say(`${error.message}; ${error.hint ?? ''}`);
    return error;
  }
}
