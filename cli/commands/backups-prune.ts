import { z } from 'zod';
import { counted } from '../../contract/counted.js';
import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { newRunId } from '../../journal/run-id.js';
import { staysBecause } from '../../pipeline/kept-databases.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { keptFactsOf } from '../kept-facts-of.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';
import { unfinishedRun } from '../run/unfinished-run.js';

export interface BackupsPruneOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
}

/**
 * Deletes backups of releases beyond the policy, and databases that restores have left beside for longer than it says;
 * none that a slot or an open run needs. No run begins meanwhile.
 */
export async function backupsPrune(name: string | undefined, { json, dryRun }: BackupsPruneOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const { database } = platform;
  if (database === undefined) throw new RefusedError(`${environment.name} has no database`);
  const { restores } = database;
  const prune = database.prune?.bind(database);
  if (prune === undefined && restores?.drop === undefined) {
    throw new RefusedError(`on ${platform.name} backups are pruned as they are taken`);
  }
  const act = async () => {
    const dropped = await pruneKept(environment, platform, outputs, dryRun);
    const pruned = await prune?.(await neededByRuns(environment), { dryRun });
    return { removed: pruned?.removed ?? [], kept: pruned?.kept, ...dropped };
  };
  const { removed, kept, dropped, left } = dryRun ? await act() : await withLease(environment, act);
  const told = { environment: environment.name, changed: !dryRun, removed, dropped, left };
  print(json, { ...told, ...(kept === undefined ? {} : { kept }) }, () => {
    const gone = [...removed, ...dropped];
    return [
      ...gone.map((each) => `${dryRun ? 'would be deleted' : 'deleted'}: ${each}`),
      ...left.map((each) => `stays: ${each.name}: ${each.because}`),
      `${counted((kept ?? 0) + left.length, 'stays', 'stay')}, ${gone.length} ${dryRun ? 'would go' : 'went'}`,
      ...(prune === undefined ? ['backups themselves are pruned as they are taken'] : []),
    ];
  });
  return exitCodes.done;
}

/** Databases that restores have left beside, oldest first. */
async function pruneKept(
  environment: OpenEnvironment,
  platform: Platform,
  outputs: EnvironmentOutputs,
  dryRun: boolean,
): Promise<{ readonly dropped: string[]; readonly left: { readonly name: string; readonly because: string }[] }> {
  const restores = platform.database?.restores;
  const found = (await restores?.kept?.()) ?? [];
  const dropped: string[] = [];
  const left: { name: string; because: string }[] = [];
  const facts = found.length === 0 ? undefined : await keptFactsOf(environment, platform, outputs);
  for (const each of found) {
    const because = facts && staysBecause(each, facts);
    if (because !== undefined) left.push({ name: each.name, because });
    else if (restores?.drop === undefined) left.push({ name: each.name, because: 'it is deleted by hand only' });
    else {
      if (!dryRun) await restores.drop(each.name);
      dropped.push(each.name);
    }
  }
  return { dropped, left };
}

async function withLease<Result>(environment: OpenEnvironment, act: () => Promise<Result>): Promise<Result> {
  const { store, name, by, clock } = environment;
  const lease = await acquireLease(store, { environment: name, run: newRunId(name, clock.now()), by, clock });
  try {
    return await act();
  } finally {
    await lease.release();
  }
}

const namedSchema = z.object({ backup: z.string() });

/** What an open run has taken, and what it restores. */
async function neededByRuns({ store, name }: OpenEnvironment): Promise<readonly string[]> {
  const open = await unfinishedRun(store, name);
  if (open === undefined) return [];
  const named = open.progress.plan.steps.flatMap((step) => {
    const found = namedSchema.safeParse(step.arguments);
    return found.success ? [found.data.backup] : [];
  });
  return [`before-${open.run}`, ...named];
}
