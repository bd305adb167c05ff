import { colours } from '../../contract/colour.js';
import { liveRecord } from '../../journal/live-record.js';
import type { Circumstances } from '../../pipeline/preview/finding.js';
import type { OpenEnvironment } from '../open-environment.js';
import { look } from '../status/look.js';

type LiveSlots = Pick<Circumstances, 'live' | 'liveBecause'>;

/** Which slots users reach: by the balancer, by the journals where it doesn't answer, else nobody knows. */
export async function liveSlots(environment: OpenEnvironment): Promise<LiveSlots> {
  const { store, clock, name } = environment;
  const { reading, history, known } = await look({
    environment: name,
    store,
    clock,
    open: (outputs) => environment.platform(outputs),
  });
  if ('value' in reading && reading.value.weights) {
    const { weights } = reading.value;
    return { live: colours.filter((colour) => weights[colour] > 0), liveBecause: 'says the balancer' };
  }
  const record = liveRecord(history.flatMap(({ state }) => (state ? [state] : [])));
  const unfinished = history.some(({ state }) => state !== undefined && state.ended === undefined);
  if (record && !unfinished) return { live: [record.colour], liveBecause: `says run ${record.run}` };
  if (!known && history.length === 0)
    return { live: undefined, liveBecause: 'the store knows nothing of the environment' };
  return { live: undefined, liveBecause: 'problem' in reading ? reading.problem : 'no route is open' };
}
