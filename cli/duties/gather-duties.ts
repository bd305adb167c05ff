import type { DutiesConfiguration } from '../../contract/duty.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { readDuties } from '../../journal/duties.js';
import { readHistoryUntil } from '../../journal/history.js';
import { readRunId, runTime } from '../../journal/run-id.js';
import type { RunState } from '../../journal/run-state.js';
import type { Store } from '../../journal/store.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import { besideCosts } from './beside-costs.js';
import { dutiesOf } from './duties-of.js';
import type { Duty } from './duty.js';
import { standingOf } from './standing-of.js';

/** Milliseconds: the longest time that a duty may have, and a week in which it may be late. */
const looksBack = 15 * 86_400_000;

export interface DutySources {
  readonly store: Store;
  readonly environment: string;
  readonly configuration: DutiesConfiguration;
  readonly now: Date;
  /** Of the slots; undefined where the platform doesn't answer. */
  readonly slots: Readonly<Record<'blue' | 'green', SlotState>> | undefined;
  readonly outputs: EnvironmentOutputs | undefined;
}

/** Duties of every run of the last days, oldest run first. */
export async function gatherDuties(sources: DutySources): Promise<readonly Duty[]> {
  const { store, environment, now } = sources;
  const since = runTime(new Date(now.getTime() - looksBack));
  const history = await readHistoryUntil(store, environment, undefined, (states) =>
    states.some(({ run }) => (readRunId(run)?.time ?? '') < since),
  );
  const states = history.flatMap(({ state }) => (state ? [state] : []));
  return (await Promise.all(states.map((state) => dutiesOfRun(state, states, sources)))).reverse().flat();
}

export async function dutiesOfRun(
  state: RunState,
  newer: readonly RunState[],
  { store, environment, configuration, now, slots, outputs }: DutySources,
): Promise<Duty[]> {
  if (state.plan.action !== 'deploy') return [];
  const { lines } = await readDuties(store, environment, state.run);
  const { from } = state.plan;
  const seen = from === null ? undefined : slots?.[from];
  const costs =
    seen === undefined || outputs === undefined ? 'what that costs can not be seen' : besideCosts(seen, outputs);
  const besideHolds = seen?.input?.release.version;
  const standing = standingOf(state, newer);
  return dutiesOf({ state, lines, standing, configuration, besideCosts: costs, besideHolds, now });
}
