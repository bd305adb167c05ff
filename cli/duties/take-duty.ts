import type { DutyLine } from '../../contract/duty.js';
import { addDutyLineAt, readDuties } from '../../journal/duties.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { Duty } from './duty.js';

/** How long carrying one out may take, in milliseconds; for so long nobody else begins it. */
export const carriedOutWithin = 600_000;

/** False: another process is carrying it out. */
export async function takeDuty(
  { id, run }: Pick<Duty, 'id' | 'run'>,
  { store, name, clock, by }: Pick<OpenEnvironment, 'store' | 'name' | 'clock' | 'by'>,
): Promise<boolean> {
  const now = clock.now();
  const { lines, next } = await readDuties(store, name, run);
  const taken = lines.findLast((line) => line.duty === id && (line.kind === 'asking' || line.kind === 'asked'));
  if (taken?.kind === 'asking' && Date.parse(taken.until) > now.getTime()) return false;
  const until = new Date(now.getTime() + carriedOutWithin).toISOString();
  const line: DutyLine = { format: 1, kind: 'asking', duty: id, at: now.toISOString(), by, until };
  return addDutyLineAt(store, name, run, next, line);
}
