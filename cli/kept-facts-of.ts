import { keepReplacedUsually } from '../contract/database-backups.js';
import type { EnvironmentOutputs } from '../contract/outputs.js';
import { readRunId } from '../journal/run-id.js';
import type { KeptFacts } from '../pipeline/kept-databases.js';
import type { Platform } from '../pipeline/ports/platform.js';
import type { OpenEnvironment } from './open-environment.js';
import { unfinishedRun } from './run/unfinished-run.js';

/** What decides of databases that restores have left beside. */
export async function keptFactsOf(
  { store, name, clock }: OpenEnvironment,
  platform: Platform,
  outputs: EnvironmentOutputs,
): Promise<KeptFacts> {
  const [blue, green] = await Promise.all([platform.slots.state('blue'), platform.slots.state('green')]);
  const keeps = outputs.platform === 'local' ? outputs.database?.backups?.keepReplaced : undefined;
  return {
    now: clock.now(),
    keepMilliseconds: keeps ?? keepReplacedUsually,
    open: (await unfinishedRun(store, name))?.run,
    slots: { blue, green },
    begunAt,
  };
}

function begunAt(run: string): Date | undefined {
  const time = readRunId(run)?.time;
  const iso = time?.replace(/^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z$/, '$1-$2-$3T$4:$5:$6Z');
  return iso === undefined ? undefined : new Date(iso);
}
