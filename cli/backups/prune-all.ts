import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { NeededBackup, Retention } from '../../contract/retention.js';
import { staysBecause } from '../../pipeline/kept-databases.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { keptFactsOf } from '../kept-facts-of.js';
import type { OpenEnvironment } from '../open-environment.js';
import { neededByRuns } from './needed-by-runs.js';

/** What has gone, or would go; filled as it goes, so that it is known of what fails in its middle, too. */
export interface Pruned {
  /** Backups. */
  readonly removed: string[];
  /** Databases that restores have left. */
  readonly dropped: string[];
  /** What rehearsals, drills and checks have left. */
  readonly swept: string[];
}

export interface PruneAllOptions {
  readonly environment: OpenEnvironment;
  readonly outputs: EnvironmentOutputs;
  readonly platform: Platform;
  readonly database: Database;
  readonly dryRun: boolean;
  readonly pruned: Pruned;
  /** Throws when somebody else has the lease by now: then nothing more is deleted. */
  readonly goOn: () => void;
  /** Hears why something could not be removed. */
  readonly say: (line: string) => void;
}

/** Everything that nobody needs any more and that may be deleted here. Resolves to what stays, and why. */
export async function pruneAll(options: PruneAllOptions): Promise<Retention['stays']> {
  const { environment } = options;
  // First: where the newest run can't be read, nothing is deleted at all.
  const needed = await neededByRuns(environment.store, environment.name);
  const used = await sweepLeftovers(options);
  const left = await pruneKept(options);
  return [...(await pruneBackups(options, needed)), ...left, ...used];
}

async function sweepLeftovers({ database: { leftovers }, dryRun, pruned, goOn, say }: PruneAllOptions) {
  const found = (await leftovers?.list()) ?? [];
  const unused = found.filter(({ neededBecause }) => neededBecause === undefined).map(({ name }) => name);
  if (dryRun) pruned.swept.push(...unused);
  else if (unused.length > 0) {
    const gone = (name: string): void => {
      pruned.swept.push(name);
      goOn();
    };
    await leftovers?.sweep({ gone, say });
  }
  return found
    .filter(({ name }) => !pruned.swept.includes(name))
    .map(({ name, neededBecause }) => ({ name, because: neededBecause ?? 'it could not be removed' }));
}

async function pruneBackups(
  { database, dryRun, pruned, goOn }: PruneAllOptions,
  needed: readonly NeededBackup[],
): Promise<Retention['stays']> {
  if (database.prune === undefined) return [];
  const gone = (name: string): void => {
    pruned.removed.push(name);
    goOn();
  };
  const { goes, stays } = await database.prune(needed, { dryRun, gone });
  if (dryRun) pruned.removed.push(...goes);
  return stays;
}

/** Databases that restores have left beside, oldest first. */
async function pruneKept({ environment, outputs, platform, database, dryRun, pruned, goOn }: PruneAllOptions) {
  const { restores } = database;
  const found = (await restores?.kept?.()) ?? [];
  const facts = found.length === 0 ? undefined : await keptFactsOf(environment, platform, outputs);
  const stays: Retention['stays'][number][] = [];
  for (const each of found) {
    const because = facts && staysBecause(each, facts);
    if (because !== undefined) stays.push({ name: each.name, because });
    else if (restores?.drop === undefined) stays.push({ name: each.name, because: 'it is deleted by hand only' });
    else {
      if (!dryRun) await restores.drop(each.name);
      pruned.dropped.push(each.name);
      goOn();
    }
  }
  return stays;
}
