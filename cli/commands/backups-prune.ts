import { z } from 'zod';
import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { newRunId } from '../../journal/run-id.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';
import { unfinishedRun } from '../run/unfinished-run.js';

export interface BackupsPruneOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
}

/** Deletes backups of releases beyond the policy, and none that a slot or an open run needs. No run begins meanwhile. */
export async function backupsPrune(name: string | undefined, options: BackupsPruneOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const { database, name: on } = await environment.platform(await environment.outputs());
  if (database === undefined) throw new RefusedError(`${environment.name} has no database`);
  const prune = database.prune?.bind(database);
  if (prune === undefined) throw new RefusedError(`on ${on} backups are pruned as they are taken`);
  const pruned = options.dryRun
    ? await prune(await neededByRuns(environment), { dryRun: true })
    : await withLease(environment, async () => prune(await neededByRuns(environment), { dryRun: false }));
  const { removed, kept } = pruned;
  print(options.json, { environment: environment.name, changed: !options.dryRun, ...pruned }, () => [
    ...removed.map((backup) => `${options.dryRun ? 'would be deleted' : 'deleted'}: ${backup}`),
    `${kept} stay, ${removed.length} ${options.dryRun ? 'would go' : 'went'}`,
  ]);
  return exitCodes.done;
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
