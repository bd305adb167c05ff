import type { Limit } from '../../contract/rules.js';
import type { Verdict } from '../../contract/verdict.js';
import { compareWithLine } from './absolute.js';
import type { Circumstances } from './circumstances.js';
import type { Measurement } from './measurement.js';
import { compareWithLive } from './relative.js';
import { rounded } from './rounded.js';

/** Fewer requests of the live slot are no comparison. */
const fewestLiveRequests = 100;

/** Judges one metric by its limit; `name` is how people call the metric. What is certain goes before what is missing. */
export function judgeLimit(name: string, measured: Measurement, limit: Limit, circumstances: Circumstances): Verdict {
  const { from, complete, minimumRequests } = circumstances;
  const { slot, live, show } = measured;
  const absolute = compareWithLine(measured, limit, circumstances);
  const relative = compareWithLive(measured, limit, circumstances);

  const seen = `${name} ${show(slot.value)} of ${slot.requests} requests`;
  const beside = live === undefined || from === null ? '' : `; ${from} ${show(live.value)} of ${live.requests}`;
  const aboveLimit = limit.fail === undefined ? seen : `${seen}, above the limit of ${show(limit.fail)}`;
  const worse = Number.isFinite(relative.worseByPercent)
    ? `${Math.round(relative.worseByPercent ?? 0)} % worse than the live slot`
    : 'worse than the live slot';

  const evidence = {
    value: rounded(slot.value),
    requests: slot.requests,
    live: live === undefined ? null : { value: rounded(live.value), requests: live.requests },
    limit: { pass: limit.pass ?? null, fail: limit.fail ?? null, failWorseByPercent: limit.failWorseByPercent ?? null },
    absolute: absolute.evidence,
    relative: relative.evidence,
  };
  const no = (because: string): Verdict => ({ answer: 'no', because: because + beside, evidence });
  const unknown = (because: string): Verdict => ({ answer: 'unknown', because, evidence });

  if (absolute.certain && !absolute.liveAbove) return no(aboveLimit);
  if (absolute.certain && relative.certain)
    return no(`${aboveLimit}; the live slot breaches it too, but this is ${worse}`);
  if (limit.failWorseByPercent !== undefined && relative.certain) {
    return no(`${seen}, ${worse} (limit ${limit.failWorseByPercent} %)`);
  }
  if (slot.requests < minimumRequests) {
    return unknown(`${name} known of ${slot.requests} of the ${minimumRequests} requests that a yes needs`);
  }
  if (!complete) return unknown(`${seen}, but counters were lost in between`);
  if (absolute.above && absolute.liveAbove) return unknown(`${aboveLimit}, but the live slot breaches it too${beside}`);
  if (absolute.above) return unknown(`${aboveLimit}, but not certain yet${beside}`);
  if (limit.pass !== undefined && slot.value > limit.pass) {
    const grey =
      limit.fail === undefined ? `above ${show(limit.pass)}` : `between ${show(limit.pass)} and ${show(limit.fail)}`;
    return unknown(`${seen}, ${grey}${beside}`);
  }
  if (limit.failWorseByPercent !== undefined && from !== null) {
    if (live === undefined || live.requests < fewestLiveRequests) {
      return unknown(`${seen}, but only ${live?.requests ?? 0} of ${from} to compare with`);
    }
    if (relative.suspected) return unknown(`${seen}, ${worse}, but not certain yet${beside}`);
  }
  return { answer: 'yes', because: seen, evidence };
}
