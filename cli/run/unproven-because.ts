import { OperatorError } from '../../contract/errors.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Store } from '../../journal/store.js';
import type { Quarantine } from '../../pipeline/ports/quarantine.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import type { Progress } from '../../pipeline/progress.js';
import { everyRunOf } from './runs-of.js';

interface Records {
  readonly store: Store;
  readonly quarantine: Quarantine;
  readonly environment: string;
}

/**
 * Why traffic must not simply go to what stands in this slot: it was never live, it was rolled back, or the records that
 * would tell can't be read. Undefined: it may.
 */
export async function unprovenBecause(records: Records, slot: SlotState): Promise<string | undefined> {
  const { colour, input } = slot;
  if (!input) return undefined;
  const { version } = input.release;
  try {
    return await becauseOfRecords(records, colour, input);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return `whether ${version} in ${colour} was live before can't be told: ${error.message}`;
  }
}

async function becauseOfRecords(records: Records, colour: string, input: SlotInput): Promise<string | undefined> {
  const { version } = input.release;
  const digests = Object.values(input.release.artifacts).map((artifact) => artifact.digest);
  const bad = (await records.quarantine.list()).find((entry) => digests.includes(entry.digest));
  if (bad) return `${colour} holds ${version}, which was rolled back by run ${bad.run}: ${bad.because}`;
  const unread: string[] = [];
  for await (const known of everyRunOf(records.store, records.environment)) {
    if ('error' in known) unread.push(known.run);
    else if (madeLive(known.progress, input)) return undefined;
  }
  const but = unread.length === 0 ? '' : ` as far as the journals can be read (not: ${unread.join(', ')})`;
  return `${colour} holds ${version}, which was never live with these settings${but}`;
}

function madeLive({ plan, ended }: Progress, input: SlotInput): boolean {
  if (plan.action !== 'deploy' || ended?.outcome !== 'completed' || !plan.input) return false;
  return plan.input.release.version === input.release.version && plan.input.settings.hash === input.settings.hash;
}
