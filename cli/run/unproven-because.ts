import type { SlotInput } from '../../contract/slot-input.js';
import type { Store } from '../../journal/store.js';
import type { Quarantine, SlotState } from '../../pipeline/ports.js';
import { runsOf } from './runs-of.js';

interface Records {
  readonly store: Store;
  readonly quarantine: Quarantine;
  readonly environment: string;
}

/** Why traffic must not simply go to what stands in this slot: it was never live, or it was rolled back. Undefined: it may. */
export async function unprovenBecause(records: Records, { colour, input }: SlotState): Promise<string | undefined> {
  if (!input) return undefined;
  const { version } = input.release;
  const digests = Object.values(input.release.artifacts).map((artifact) => artifact.digest);
  const bad = (await records.quarantine.list()).find((entry) => digests.includes(entry.digest));
  if (bad) return `${colour} holds ${version}, which was rolled back by run ${bad.run}: ${bad.because}`;
  if (await wasLive(records, input)) return undefined;
  return `${colour} holds ${version}, which was never live with these settings`;
}

async function wasLive({ store, environment }: Records, input: SlotInput): Promise<boolean> {
  for await (const { progress } of runsOf(store, environment)) {
    const { plan, ended } = progress;
    if (plan.action !== 'deploy' || ended?.outcome !== 'completed' || !plan.input) continue;
    if (plan.input.release.version === input.release.version && plan.input.settings.hash === input.settings.hash)
      return true;
  }
  return false;
}
