import type { Json } from '../../contract/json.js';
import type { Limit } from '../../contract/rules.js';
import { fewestEvents, type Circumstances } from './circumstances.js';
import type { Measurement } from './measurement.js';
import { eValue, rounded } from './rounded.js';

export interface Absolute {
  /** The slot's value is above the limit's `fail` … */
  readonly above: boolean;
  /** … and that it keeps to `pass` (or to `fail`, where there is no `pass`) is certainly untrue. */
  readonly certain: boolean;
  /** The live slot is above `fail` as well. */
  readonly liveAbove: boolean;
  readonly evidence: Json;
}

export function compareWithLine(measured: Measurement, limit: Limit, { alarm }: Circumstances): Absolute {
  const { fail, pass } = limit;
  if (fail === undefined) return { above: false, certain: false, liveAbove: false, evidence: null };
  const line = pass ?? fail;
  const log = measured.evidenceAgainst(line);
  const above = measured.slot.value > fail;
  const certain = above && measured.beyond(line) >= fewestEvents && log >= Math.log(1 / alarm);
  return {
    above,
    certain,
    liveAbove: measured.live !== undefined && measured.live.value > fail,
    evidence: {
      test: 'one-arm',
      line,
      beyond: measured.beyond(line),
      eValue: eValue(log),
      needed: rounded(1 / alarm),
      certain,
    },
  };
}
