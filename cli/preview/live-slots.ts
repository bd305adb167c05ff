import { colours } from '../../contract/colour.js';
import { liveRecord } from '../../journal/live-record.js';
import type { Circumstances } from '../../pipeline/preview/finding.js';
import { look, type Looking } from '../status/look.js';

/** Which slots users reach: by the balancer, by the journals where it doesn't answer, else nobody knows. */
export async function liveSlots(looking: Looking): Promise<Pick<Circumstances, 'live' | 'liveBecause'>> {
  const { reading, history, known } = await look(looking);
  if ('value' in reading) {
    const weights = Object.values(reading.value.services);
    if (weights.length === 0) return { live: [], liveBecause: 'no route is open, says the balancer' };
    return {
      live: colours.filter((colour) => weights.some((each) => each[colour] > 0)),
      liveBecause: 'says the balancer',
    };
  }
  const states = history.flatMap(({ state }) => (state ? [state] : []));
  const record = liveRecord(states);
  // A run that is not over may have moved traffic since.
  const over = states.every(({ ended }) => ended !== undefined) && states.length === history.length;
  if (record && over) return { live: [record.colour], liveBecause: `says run ${record.run}` };
  return { live: undefined, liveBecause: known ? reading.problem : 'the store knows nothing of the environment' };
}
