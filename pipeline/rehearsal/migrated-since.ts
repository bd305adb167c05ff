import type { SlotInput } from '../../contract/slot-input.js';
import type { Database } from '../ports/database.js';
import type { MigratedSince } from '../ports/rehearsals.js';

/**
 * What the live release's migrations have made of the database. The newest backup may be from before them: a copy of it
 * is brought so far first, or the live release would meet a schema there that it never meets.
 */
export async function migratedSince(
  live: SlotInput | undefined,
  database: Pick<Database, 'migrations'> | undefined,
): Promise<MigratedSince | undefined> {
  if (live === undefined || database === undefined) return undefined;
  const { release } = live;
  const { missing: hold } = await database.migrations(release);
  // It may well find nothing left to change: that is no failure here.
  const migrate = release.migrate && { ...release.migrate, mustChange: false };
  return {
    input: { ...live, release: { ...release, ...(migrate ? { migrate } : {}) } },
    options: { hold, contractBecause: 'the database in use has it already' },
  };
}
