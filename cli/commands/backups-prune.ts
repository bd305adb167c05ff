import { counted } from '../../contract/counted.js';
import { exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { recordPruned } from '../../journal/pruned-record.js';
import { newRunId } from '../../journal/run-id.js';
import { pruneAll, type Pruned } from '../backups/prune-all.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';

export interface BackupsPruneOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
}

/**
 * Deletes backups of releases beyond the policy, and what else nobody needs any more of all that lies beside the database.
 * No run begins meanwhile.
 */
export async function backupsPrune(name: string | undefined, { json, dryRun }: BackupsPruneOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const { database } = platform;
  if (database === undefined) throw new RefusedError(`${environment.name} has no database`);
  const pruned: Pruned = { removed: [], dropped: [], swept: [] };
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const act = (goOn: () => void) => pruneAll({ environment, outputs, platform, database, dryRun, pruned, goOn, say });
  try {
    const stays = await (dryRun ? act(() => undefined) : withLease(environment, act));
    const gone = linesOf(pruned, dryRun);
    print(json, { environment: environment.name, changed: !dryRun && gone.length > 0, ...pruned, stays }, () => [
      ...gone,
      ...stays.map((each) => `stays: ${each.name}: ${each.because}`),
      `${counted(stays.length, 'stays', 'stay')}, ${gone.length} ${dryRun ? 'would go' : 'went'}`,
    ]);
    return exitCodes.done;
  } catch (error) {
    if (!dryRun) for (const line of linesOf(pruned, dryRun)) say(line);
    throw error;
  } finally {
    if (!dryRun && linesOf(pruned, dryRun).length > 0) await writeDown(environment, pruned, say);
  }
}

async function writeDown(
  { store, name, by, clock }: OpenEnvironment,
  pruned: Pruned,
  say: (line: string) => void,
): Promise<void> {
  try {
    await recordPruned(store, name, { format: 1, by, at: clock.now().toISOString(), ...pruned });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    say(`done, but not on record: ${error.message}`);
  }
}

function linesOf({ removed, dropped, swept }: Pruned, dryRun: boolean): string[] {
  return [...swept, ...dropped, ...removed].map((each) => `${dryRun ? 'would be deleted' : 'deleted'}: ${each}`);
}

async function withLease<Result>(
  environment: OpenEnvironment,
  act: (goOn: () => void) => Promise<Result>,
): Promise<Result> {
  const { store, name, by, clock } = environment;
  const lease = await acquireLease(store, { environment: name, run: newRunId(name, clock.now()), by, clock });
  try {
    return await act(() => lease.lost.throwIfAborted());
  } finally {
    await lease.release();
  }
}
