import { resolve } from 'node:path';
import { compiledOrRefused } from '../../checklist/compile.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { inOrder } from '../../checklist/plan.js';
import { ConfigurationError } from '../../contract/errors.js';
import type { PlannedChecklist } from '../../contract/checklist.js';
import { digestOf } from '../../contract/json.js';
import { refuseStrangers } from '../messages/written-messages.js';
import { watchedBy, watchedMetrics } from '../../pipeline/watched-metrics.js';
import type { OpenEnvironment } from '../open-environment.js';
import { readBytes } from './read-checklist.js';

/**
 * What the environment's checklist asks there; undefined where its stack file names none. Throws ConfigurationError, with
 * every file and line, while anything in it can't be carried out or is only proposed.
 */
export async function checklistOf(
  environment: Pick<OpenEnvironment, 'name' | 'configuration' | 'folder'>,
): Promise<PlannedChecklist | undefined> {
  const { checklist: file, sources } = environment.configuration;
  if (file === undefined) return undefined;
  const bytes = await readBytes(resolve(environment.folder, file));
  const { items, ...compiled } = compiledOrRefused(await openChecklist(file, bytes));
  const proposed = items.filter((item) => item.proposed);
  if (proposed.length > 0) {
    const lines = proposed.map(({ id, place }) => `${file}:${place.line}: ${id} is only proposed`);
    throw new ConfigurationError(lines.join('\n'), {
      hint: `'crossfade checklist accept ${file} ID…' accepts what somebody has read`,
    });
  }
  const here = items.filter(({ environments }) => environments.length === 0 || environments.includes(environment.name));
  const ids = new Set(here.map(({ id }) => id));
  refuseStrangers({ items: here }, environment.configuration.notify);
  // What is for other environments keeps nothing waiting here.
  const kept = here.map((item) => ({ ...item, parents: item.parents.filter((id) => ids.has(id)) }));
  const checklist = { ...compiled, items: inOrder(kept), digest: digestOf(bytes), sources };
  refuseUnwatched(checklist);
  return checklist;
}

/** What would wait for a number that never comes is said before anything begins. */
function refuseUnwatched(checklist: PlannedChecklist): void {
  const blind = watchedMetrics(checklist).filter(
    (item) => !item.optional && (item.check.pass ?? item.check.rollback) !== undefined && !watchedBy(item, checklist),
  );
  if (blind.length === 0) return;
  const lines = blind.map(
    ({ id, place }) => `${place.file}:${place.line}: ${id} is to be watched, and nothing can tell it`,
  );
  throw new ConfigurationError(lines.join('\n'), {
    hint: "name its source under 'sources: metrics' in the stack file, or say optional: true in the document",
  });
}
