import { z } from 'zod';
import type { NeededBackup } from '../../contract/retention.js';
import type { Store } from '../../journal/store.js';
import { unfinishedRun } from '../run/unfinished-run.js';

const namedSchema = z.object({ backup: z.string() });

/** What the environment's open run has taken, and what it restores. Throws where the newest run's journal can't be read. */
export async function neededByRuns(store: Store, environment: string): Promise<readonly NeededBackup[]> {
  const open = await unfinishedRun(store, environment);
  if (open === undefined) return [];
  const named = open.progress.plan.steps.flatMap((step) => {
    const found = namedSchema.safeParse(step.arguments);
    return found.success ? [found.data.backup] : [];
  });
  const because = `run ${open.run} is not over`;
  return [...new Set([`before-${open.run}`, ...named])].map((name) => ({ name, because }));
}
