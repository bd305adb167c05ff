import type { Json } from '../../contract/json.js';
import type { Limit } from '../../contract/rules.js';
import { fewestEvents, type Circumstances } from './circumstances.js';
import type { Measurement } from './measurement.js';
import { eValue, rounded } from './rounded.js';

/** An e-value from which a slot that looks worse has to wait for more requests. */
const suspicious = Math.log(20);

export interface Relative {
  /** Percent by which the slot is worse than the live one, Infinity when that has nothing bad; undefined: no comparison. */
  readonly worseByPercent: number | undefined;
  /** Worse by more than the limit allows (by anything, where it sets no such limit), and certainly worse at all. */
  readonly certain: boolean;
  /** Worse by more than the limit allows, and perhaps not by chance. */
  readonly suspected: boolean;
  readonly evidence: Json;
}

export function compareWithLive(measured: Measurement, limit: Limit, { alarm, complete }: Circumstances): Relative {
  const { slot, live, comparison } = measured;
  // counters that were lost need not have been lost in both slots alike
  if (live === undefined || comparison === undefined || !complete) {
    return { worseByPercent: undefined, certain: false, suspected: false, evidence: null };
  }
  const worseByPercent = percentWorse(slot.value, live.value);
  const beyond = worseByPercent > (limit.failWorseByPercent ?? 0) && comparison.slot.events >= fewestEvents;
  const certain = beyond && comparison.evidence >= Math.log(1 / alarm);
  const evidence = {
    test: 'two-arm',
    worseByPercent: Number.isFinite(worseByPercent) ? rounded(worseByPercent) : null,
    events: comparison.slot.events,
    liveEvents: comparison.live.events,
    eValue: eValue(comparison.evidence),
    needed: rounded(1 / alarm),
    certain,
  };
  return { worseByPercent, certain, suspected: beyond && comparison.evidence >= suspicious, evidence };
}

function percentWorse(value: number, live: number): number {
  if (live === 0) return value === 0 ? 0 : Infinity;
  return 100 * (value / live - 1);
}
